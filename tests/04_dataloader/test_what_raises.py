"""DataLoader when the data set or collate_fn raises: the loop gets to know, as if it had asked itself.

A weaker suite lets pass: `except Exception: break` (a pass that seems to end), a faulty item or batch left out, an
IndexError taken for the end of the data set, another exception put in the place of the one that was raised, a loader
that is of no use afterwards.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points

from .support.what_raises import check_fault, faults

SIZES = [2, 2, 1]


@points(
    2,
    function="DataLoader",
    handout="what ds … raises reaches the caller as it is when its batch is asked for, "
    "and the loader can be used again",
    band="robust",
    hint="Catch nothing that you can't cure.",
)
@given(case=faults())
@example(case=(SIZES, 2, "ValueError"))
@example(case=(SIZES, 3, "IndexError"))
@example(case=(SIZES, 0, "KeyError"))
@example(case=(SIZES, 4, "Burst"))
@example(case=([1], 0, "RuntimeError"))
def test_faults_of_the_data_set(student, case):
    """What ds[i] raises reaches the loop, as it is and at its batch; later passes work again"""
    check_fault(student, "ds", case)


@points(
    2,
    function="DataLoader",
    handout="what … collate_fn raises reaches the caller as it is when its batch is asked for, "
    "and the loader can be used again",
    band="robust",
    hint="Catch nothing that you can't cure.",
)
@given(case=faults())
@example(case=(SIZES, 2, "ValueError"))
@example(case=(SIZES, 3, "IndexError"))
@example(case=(SIZES, 0, "TypeError"))
@example(case=(SIZES, 4, "Burst"))
def test_faults_of_collate_fn(student, case):
    """What collate_fn raises reaches the loop, as it is and at its batch; later passes work again"""
    check_fault(student, "collate_fn", case)


@points(
    2,
    function="ParallelDataLoader",
    handout=("exceptions in ds or collate_fn as in DataLoader", "when a pass ends, … its workers end"),
    band="stretch",
    hint="A future's result() raises what its task raised.",
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
