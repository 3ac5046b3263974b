"""Cases, strategies and checks of test_dataloader.py."""

from grader.suite import require
from grader.suite.source import literal

from .common import items_of, sampler_code

ITEMS = """class Items:
    def __len__(self): return 10
    def __getitem__(self, i): print("item", int(i)); return f"x{int(i)}", f"y{int(i)}"
"""


def loader_code(batches: list[list[int]], rest: str, cls: str = "DataLoader", workers: str = "") -> str:
    return f"{ITEMS}dl = {cls}(Items(), {sampler_code(batches)}, collate_fn=list{workers})\n{rest}"


def check_batches(got: list, batches: list[list[int]], what: str) -> None:
    """Batches as the stand-in for collate_fn answers: [class of what it was given, items]."""
    for k, (one, indices) in enumerate(zip(got, batches, strict=False)):
        right = isinstance(one, list) and len(one) == 2
        require(right, f"{what}: batch {k} is {literal(one)[:100]}, expected what collate_fn answers")
        kind, items = one
        require(
            kind == "list", f"{what}: collate_fn was given a {kind} for batch {k}, expected a list of items"
        )
        require(
            items == items_of(indices),
            f"{what}: collate_fn was given {literal(items)[:100]} for batch {k}, expected {items_of(indices)}",
        )
    require(len(got) == len(batches), f"{what}: {len(got)} batches came, expected {len(batches)}")


def asked_for(story: list, passes: int) -> list[tuple[str, list[int]]]:
    """The items that were asked for in each stretch of the story, with a name for the stretch."""
    stretches: list[tuple[str, list[int]]] = [("when the loader was made", [])]
    batch, done = 0, 0
    for what, *more in story:
        if what == "item":
            stretches[-1][1].append(more[0])
        elif what == "made":
            stretches.append(("when the loop began", []))
        elif what == "ask":
            stretches.append((f"when pass {done} asked for batch {batch}", []))
        elif what == "came":
            stretches.append(
                (f"after batch {batch} of pass {done} had come, before the next was asked for", [])
            )
            batch += 1
        elif what == "ended":
            batch, done = 0, done + 1
            stretches.append((f"after pass {done - 1}", []))
    return stretches
