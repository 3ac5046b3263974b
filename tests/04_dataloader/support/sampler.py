"""Cases, strategies and checks of test_sampler.py."""

from itertools import pairwise

from hypothesis import example

from grader.suite import require
from grader.suite.source import literal


def edges(test):
    """One batch, bs that divides n and that doesn't, bs that is n and more."""
    for n, bs in ((5, 2), (6, 2), (4, 4), (3, 10), (3, 1), (7, 6)):
        test = example(n=n, bs=bs)(test)
    return test


def in_order(n: int, bs: int, drop_last: bool = False) -> list[list[int]]:
    batches = [list(range(start, min(start + bs, n))) for start in range(0, n, bs)]
    return [batch for batch in batches if len(batch) == bs or not drop_last]


def entries(batch: object) -> object:
    return batch.tolist() if hasattr(batch, "tolist") else batch


def sampler_code(n: int, bs: int, **options: bool) -> str:
    return f"Sampler(range({n}), {bs}{''.join(f', {k}={v}' for k, v in options.items())})"


def sampled(student, n: int, bs: int, passes: int = 1, **options: bool) -> list[list]:
    code = f"s = {sampler_code(n, bs, **options)}\n" + "; ".join(["[i.tolist() for i in s]"] * passes)
    got = student.run("sampled", n, bs, passes, as_python=code, **options)
    return [[entries(batch) for batch in one] for one in got]


def check_same(got: list, expected: list, what: str) -> None:
    """The same batches, or the first one that differs, in words."""
    for k, (one, other) in enumerate(zip(got, expected, strict=False)):
        require(one == other, f"{what}: batch {k} is {literal(one)}, expected {literal(other)}")
    if len(got) != len(expected):
        after = f"; the first too many is {literal(got[len(expected)])}" if len(got) > len(expected) else ""
        tail = f"; batch {len(got)}, {expected[len(got)]}, didn't come" if len(got) < len(expected) else after
        require(False, f"{what}: {len(got)} batches came, expected {len(expected)}{tail}")


def check_shuffled(got: list, n: int, bs: int, what: str, drop_last: bool = False) -> None:
    """Batches of the right sizes that hold each item once (or, when some are dropped, none twice)."""
    lengths = [len(batch) if isinstance(batch, list) else 1 for batch in got]
    right = [len(batch) for batch in in_order(n, bs, drop_last)]
    require(lengths == right, f"{what}: the batches hold {lengths} items, expected {right}")
    items = sorted(i for batch in got for i in (batch if isinstance(batch, list) else [batch]))
    twice = next((i for i, j in pairwise(items) if i == j), None)
    require(twice is None, f"{what}: item {twice} came more than once in a pass")
    stray = next((i for i in items if not 0 <= i < n), None)
    require(stray is None, f"{what}: {stray} is no item, of {n}")


def two_loops_code(make: str, script: list[int]) -> str:
    begun, lines = set(), [f"s = {make}"]
    for which in script:
        if which not in begun:
            lines.append(f"{'ab'[which]} = iter(s)")
            begun.add(which)
        lines.append(f"print('{'ab'[which]} got', next({'ab'[which]}, None))")
    lines += [f"{'ab'[which]} = iter(s)" for which in (0, 1) if which not in begun]
    return "\n".join([*lines, "list(a), list(b)"])
