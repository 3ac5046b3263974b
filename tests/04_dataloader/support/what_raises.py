"""Cases, strategies and checks of test_what_raises.py."""

from hypothesis import strategies as st

from grader.endings import TimeLimit
from grader.suite import require
from grader.suite.source import literal

ERRORS = (
    "ValueError", "KeyError", "IndexError", "TypeError", "AttributeError", "RuntimeError", "OSError", "Burst",
)  # fmt: skip


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
