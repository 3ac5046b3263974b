"""Cases, strategies and checks of test_shuffle.py."""

import torch

from grader.suite import require

N, PASSES = 16, 2000


def passes_of(student, bs: int, passes: int, **options: bool) -> torch.Tensor:
    """The orders of so many passes over N items, each of them complete."""
    code = f"s = Sampler(range({N}), {bs}, shuffle=True)\n[torch.cat(list(s)).tolist() for _ in range(10)]"
    orders = student.run("orders", N, bs, passes, as_python=code, **options)
    if not isinstance(orders, torch.Tensor):
        require(False, f"a pass over {N} items with bs={bs} came as {orders}")
    return orders
