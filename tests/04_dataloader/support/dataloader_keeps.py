"""Cases, strategies and checks of test_dataloader_keeps.py."""

from grader.suite import require
from grader.suite.source import literal

from .common import items_of, sampler_code


def two_loops_code(batches: list[list[int]], script: list[int]) -> str:
    begun, lines = set(), [f"dl = DataLoader(range(10), {sampler_code(batches)}, collate_fn=list)"]
    for which in script:
        if which not in begun:
            lines.append(f"{'ab'[which]} = iter(dl)")
            begun.add(which)
        lines.append(f"print('{'ab'[which]} got', next({'ab'[which]}, None))")
    lines += [f"{'ab'[which]} = iter(dl)" for which in (0, 1) if which not in begun]
    return "\n".join([*lines, "list(a), list(b)"])


def check_two_loops(loops: list, one: list, two: list, script: list[int]) -> None:
    turns = "".join("ab"[which] for which in script)
    for name, got, batches in zip("ab", loops, (one, two), strict=True):
        expected = [items_of(batch) for batch in batches]
        for k, (mine, right) in enumerate(zip(got, expected, strict=False)):
            require(
                mine == right,
                f"loops a and b taking turns {turns}: batch {k} of loop {name} is {literal(mine)}, expected {right}",
            )
        require(
            len(got) == len(expected),
            f"loops a and b taking turns {turns}: loop {name} got {len(got)} batches, expected {len(expected)}",
        )
