"""Random scripts of several callbacks that cancel several things, compared with the answer key."""

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import assert_close, deepens, few_examples

from .support.hidden_scripts import PLACES, cancels, cast, check


@deepens("test_cancel_batch")
@few_examples(10)
@given(s=cast(cancels(["CancelBatchException"], latest=5)))
def test_many_cancelled_batches(student, reference, s):
    """Two callbacks that cancel several batches"""
    check(student, reference, s)


@deepens("test_cancel_train")
@few_examples(8)
@given(s=cast(cancels(["CancelTrainException", "CancelValidException"], latest=1)))
def test_cancelled_halves(student, reference, s):
    """Two callbacks that cancel trainings and validations"""
    check(student, reference, s)


@deepens("test_cancel_epoch")
@few_examples(8)
@given(s=cast(cancels(["CancelEpochException", "CancelBatchException"])))
def test_cancelled_epochs_and_batches(student, reference, s):
    """Two callbacks that cancel epochs and batches"""
    check(student, reference, s)


@deepens("test_cancel_fit")
@few_examples(10)
@given(s=cast(cancels(list(PLACES))))
def test_everything_cancelled(student, reference, s):
    """Two callbacks that cancel whatever can be cancelled"""
    check(student, reference, s)


@deepens("test_a_second_fit")
@few_examples(4)
@given(s=cast(cancels(list(PLACES)), most_epochs=2))
def test_three_fits(student, reference, s):
    """Three fits of one learner, with cancellations in any of them"""
    check(student, reference, s, fits=3)


sizes_ = st.lists(st.integers(1, 4), min_size=1, max_size=4)


@deepens("test_losses_of_each_epoch")
@few_examples(6)
@given(
    epochs=st.integers(1, 3), train=sizes_, valid=sizes_, metrics=st.permutations(["pred", "y", "pred - 2 y"])
)
def test_rows_as_in_the_key(student, reference, epochs, train, valid, metrics):
    """values agrees with the answer key's, in two fits"""
    both = [who.run("record", epochs, train, valid, list(metrics)) for who in (student, reference)]
    for k, (got, due) in enumerate(zip(*both, strict=True)):
        where = f"fit {k}, {epochs} epochs of batches of {train} and {valid} items, metrics {list(metrics)}: values"
        size = 1 + max(abs(v) for row in due["rows"] for v in row)
        for e, (row, expected) in enumerate(zip(got["rows"], due["rows"], strict=True)):
            for i, (one, other) in enumerate(zip(row, expected, strict=True)):
                assert_close(one, other, what=f"{where}[{e}][{i}]", atol=1e-5 * size)
