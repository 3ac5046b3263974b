"""Cases, strategies and checks of test_stretch.py."""

from grader.endings import TimeLimit
from grader.suite import require
from grader.suite.source import literal

CODE = """class Items:
    def __len__(self): return 20
    def __getitem__(self, i): {before}return f"x{{int(i)}}"
dl = ParallelDataLoader(Items(), [{sampler}], list, {workers})
"""


def code(batches: list[list[int]], workers: int, rest: str = "list(dl)", before: str = "") -> str:
    sampler = ", ".join(f"torch.tensor({batch})" for batch in batches)
    return CODE.format(sampler=sampler, workers=workers, before=before) + rest


def run(student, probe: str, *args, **kwargs):
    """student.run of a probe that may wait for ever. That ends the test: smaller examples would wait as long."""
    seen = student.run("patiently", probe, *args, **kwargs)
    if isinstance(seen, dict) and "waited" in seen:
        raise TimeLimit(
            f"too long: after {seen['waited']:g} s the loop over the loader still waited for a batch"
        )
    return seen


def check_batches(got: list, batches: list[list[int]], what: str) -> None:
    expected = [["list", [(f"x{i}", f"y{i}") for i in batch]] for batch in batches]
    for k, (one, right) in enumerate(zip(got, expected, strict=False)):
        require(one == right, f"{what}: batch {k} is collate_fn of {literal(one)[:100]}, expected {right}")
    require(len(got) == len(expected), f"{what}: {len(got)} batches came, expected {len(expected)}")
