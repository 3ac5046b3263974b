"""Cases, strategies and checks of test_get_dls.py."""

import torch

from grader.suite import require
from grader.suite.source import literal

CODE = """class Numbers:
    def __init__(self, start, n): self.start, self.n = start, n
    def __len__(self): return self.n
    def __getitem__(self, i): return torch.tensor(self.start + int(i)), torch.tensor(0)
numbers = lambda batch: [int(x) for x, y in batch]
train, valid = get_dls(Numbers(0, {train}), Numbers(1000, {valid}), {bs}, collate_fn=numbers)
list(train), list(valid)"""


def loaders(student, train: int, valid: int, bs: int, passes: int = 1, collate_fn: bool = True) -> dict:
    code = CODE.format(train=train, valid=valid, bs=bs)
    if not collate_fn:
        code = code.replace(", collate_fn=numbers", "")
    seen = student.run("two_loaders", train, valid, bs, passes, collate_fn, as_python=code)
    require(
        seen["parts"] == 2 and seen["kind"] in ("tuple", "list"),
        f"get_dls has to return two loaders, but returned {seen['parts'] or ''} {seen['kind']}".replace(
            "  ", " "
        ),
    )
    return seen


def numbers(batch: object) -> list[int] | None:
    """The numbers of the items in a batch, whether the test's collate_fn made it or collate; None for neither."""
    if isinstance(batch, list) and batch[:1] == ["collated"]:
        return batch[1:]
    if (
        isinstance(batch, (list, tuple))
        and batch
        and isinstance(batch[0], torch.Tensor)
        and batch[0].dim() == 1
    ):
        return [int(x) for x in batch[0]]
    return None


def numbers_of(batches: list, what: str) -> list[list[int]]:
    """The numbers of each batch of a pass."""
    found = [numbers(batch) for batch in batches]
    for k, (one, batch) in enumerate(zip(found, batches, strict=True)):
        require(
            one is not None, f"{what}: batch {k} is {literal(batch)[:100]}, expected what collate_fn makes"
        )
    return found


def in_batches(n: int, bs: int) -> list[int]:
    return [min(bs, n - start) for start in range(0, n, bs)]
