"""DataLoader when the data set or collate_fn raises: the loop gets to know, as if it had asked itself.

A weaker suite lets pass: `except Exception: break` (a pass that seems to end), a faulty item or batch left out, an
IndexError taken for the end of the data set, another exception put in the place of the one that was raised, a loader
that is of no use afterwards.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.endings import TimeLimit
from grader.suite import few_examples, points, require
from grader.suite.source import literal

ERRORS = (
    "ValueError", "KeyError", "IndexError", "TypeError", "AttributeError", "RuntimeError", "OSError", "Burst",
)  # fmt: skip
SIZES = [2, 2, 1]


def numbered(sizes: list[int]) -> list[list[int]]:
    """Batches of these sizes: items 0, 1, 2, …"""
    starts = [sum(sizes[:k]) for k in range(len(sizes))]
    return [list(range(start, start + size)) for start, size in zip(starts, sizes, strict=True)]


@st.composite
def faults(draw: st.DrawFn) -> tuple[list[int], int, str]:
    """(sizes of the batches, number of the faulty item, class of the exception)"""
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    return sizes, draw(st.integers(0, sum(sizes) - 1)), draw(st.sampled_from(ERRORS))


def fault_code(who: str, batches: list[list[int]], item: int, error: str, cls: str, workers: str = "") -> str:
    own = "class Burst(Exception): pass\n" if error == "Burst" else ""
    sampler = "[" + ", ".join(f"torch.tensor({batch})" for batch in batches) + "]"
    fail = f'raise {error}("the fault of the data")'
    get = f"\n        if int(i) == {item}: {fail}" if who == "ds" else ""
    put = f"\n    if {item} in batch: {fail}" if who == "collate_fn" else ""
    return (
        f"{own}class Items:\n    def __len__(self): return 20\n"
        f"    def __getitem__(self, i):{get}\n        return int(i)\n"
        f"def collate_fn(batch):{put}\n    return batch\n"
        f"for batch in {cls}(Items(), {sampler}, collate_fn{workers}): print(batch)"
    )


def check_fault(student, who: str, case, cls: str = "DataLoader", workers: int | None = None) -> None:
    sizes, item, error = case
    batches = numbered(sizes)
    at = next(k for k, batch in enumerate(batches) if item in batch)
    code = fault_code(who, batches, item, error, cls, "" if workers is None else f", {workers}")
    probe = ("broken",) if cls == "DataLoader" else ("patiently", "broken")
    seen = student.run(*probe, cls, batches, error, who, item, workers, as_python=code)
    if "waited" in seen:  # that ends the test: smaller examples would wait as long
        raise TimeLimit(
            f"too long: after {seen['waited']:g} s the loop over the loader still waited for a batch"
        )
    place = f"ds[{item}]" if who == "ds" else f"collate_fn, on batch {at},"
    what = f"sampler: {batches}; {place} raises {error}"
    require(seen["raised"] is not None, f"{what}, but the loop over the loader saw no exception")
    require(
        seen["same"],
        f"{what}, but what reached the loop is {': '.join(seen['raised'])}, not that exception itself",
    )
    came = [items for _, items in seen["came"]]
    require(
        len(came) == at,
        f"{what}: {len(came)} batches came before the exception, expected {at}: it belongs to batch {at}",
    )
    for k, (got, batch) in enumerate(zip(came, batches, strict=False)):
        right = [(f"x{i}", f"y{i}") for i in batch]
        require(got == right, f"{what}: batch {k}, before that, is {literal(got)}, expected {right}")
    later = [items for _, items in seen["later"]]
    expected = [[(f"x{i}", f"y{i}") for i in batch] for batch in batches]
    require(
        later == expected,
        f"{what}. After it was repaired, a new loop over the same loader gave {literal(later)[:200]}, "
        f"expected {len(batches)} whole batches",
    )
    if cls == "ParallelDataLoader":
        left = seen["workers"]
        require(not left, f"{what}: {left} threads of the loader are still there after the loop met it")


@points(2, function="DataLoader", band="robust", hint="Catch nothing that you can't cure.")
@given(case=faults())
@example(case=(SIZES, 2, "ValueError"))
@example(case=(SIZES, 3, "IndexError"))
@example(case=(SIZES, 0, "KeyError"))
@example(case=(SIZES, 4, "Burst"))
@example(case=([1], 0, "RuntimeError"))
def test_faults_of_the_data_set(student, case):
    """What ds[i] raises reaches the loop, as it is and at its batch; later passes work again"""
    check_fault(student, "ds", case)


@points(2, function="DataLoader", band="robust", hint="Catch nothing that you can't cure.")
@given(case=faults())
@example(case=(SIZES, 2, "ValueError"))
@example(case=(SIZES, 3, "IndexError"))
@example(case=(SIZES, 0, "TypeError"))
@example(case=(SIZES, 4, "Burst"))
def test_faults_of_collate_fn(student, case):
    """What collate_fn raises reaches the loop, as it is and at its batch; later passes work again"""
    check_fault(student, "collate_fn", case)


@points(
    2, function="ParallelDataLoader", band="stretch", hint="A future's result() raises what its task raised."
)
@few_examples(10)
@given(case=faults(), who=st.sampled_from(["ds", "collate_fn"]), workers=st.integers(1, 4))
@example(case=(SIZES, 2, "ValueError"), who="ds", workers=2)
@example(case=(SIZES, 4, "IndexError"), who="collate_fn", workers=2)
@example(case=(SIZES, 0, "KeyError"), who="ds", workers=1)
@example(case=([1, 1, 1, 1], 1, "Burst"), who="collate_fn", workers=4)
def test_faults_in_workers(student, case, who, workers):
    """What is raised in a worker reaches the loop, as it is and at its batch; no worker is left, later passes work"""
    check_fault(student, who, case, "ParallelDataLoader", workers)
