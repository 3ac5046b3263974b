"""accuracy.

A weaker suite lets pass: accuracy over the wrong axis (right for square inputs with the maxima on the diagonal).
"""

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, assert_shape, few_examples, points, require
from grader.suite.strategies import classified

from .support.common import check_by_values
from .support.losses import batches, scalar, value


@points(
    3,
    function="accuracy",
    handout="share of rows whose argmax is the target; 0-d.",
    stub="0-d, of any floating dtype.",
    hint="Along which axis lie the classes? A mean needs numbers with a decimal point.",
)
@given(case=batches(magnitude=5), agree=st.lists(st.booleans(), min_size=5, max_size=5))
@example(case=(torch.tensor([[1.0, 2.0, 0.0], [3.0, 1.0, 0.0]]), torch.tensor([1, 1])), agree=[False] * 5)
@example(
    case=(torch.tensor([[1.0, 2.0], [3.0, 1.0], [0.0, 1.0]]), torch.tensor([1, 0, 0])), agree=[False] * 5
)
def test_accuracy_counts_matches(student, case, agree):
    """accuracy(out, target) = share of rows whose largest entry is at target, a floating 0-d tensor"""
    out, target = case
    out = out + torch.arange(out.shape[1]) * 1e-2 * 2 ** torch.arange(out.shape[0])[:, None]  # no ties
    best = [row.index(max(row)) for row in out.tolist()]
    hits = torch.tensor(agree[: len(target)])
    target = torch.where(hits, torch.tensor(best), target)
    got = student.accuracy(out, target)
    require(
        isinstance(got, torch.Tensor) and got.dtype.is_floating_point, "accuracy has to be a floating tensor"
    )
    scalar(got, "accuracy")
    expected = sum(b == t for b, t in zip(best, target.tolist(), strict=True)) / len(best)
    assert_close(got, expected, what="accuracy", atol=5e-3 if got.dtype.itemsize == 2 else 1e-6)


@points(
    1,
    function="accuracy",
    handout=("share of rows", "Inputs are never modified."),
    hint="Which floating dtype you use is up to you.",
    beside="test_accuracy_counts_matches",
)
@given(case=batches(magnitude=5))
def test_accuracy_lies_between_0_and_1(student, case):
    """accuracy lies between 0 and 1, and modifies nothing"""
    out, target = case
    seen = student.run("call_and_inspect", "accuracy", [out, target])
    require(not seen["changed"], "an argument was modified")
    got = seen["result"]
    assert_shape(got, (), what="accuracy")
    require(0 <= value(got) <= 1, f"accuracy is {value(got):g}")


@points(
    1,
    function="accuracy",
    handout="A row with several largest entries is right for exactly one of these classes",
    hint="Which one class does a row with equal entries predict?",
    beside="test_accuracy_counts_matches",
)
@given(case=batches(magnitude=2))
@example(case=(torch.zeros(2, 3), torch.tensor([0, 0])))
def test_each_row_predicts_one_class(student, case):
    """Accuracies against each class in turn sum to 1: a row predicts one class, also when entries tie"""
    out = case[0].round()
    n, c = out.shape
    total = sum(float(student.accuracy(out, torch.full((n,), k))) for k in range(c))
    assert_close(total, 1.0, what="the sum over all classes", atol=0.02)


@points(
    1,
    function="accuracy",
    handout="Results go by the values of the arguments, whatever was called before or done to earlier results. "
    "No later call changes them.",
    band="robust",
    hint="What does it keep from one call to the next?",
    beside="test_accuracy_counts_matches",
)
@few_examples()
@given(case=classified(magnitude=5))
def test_accuracy_goes_by_values(student, case):
    """accuracy goes by what the outputs hold now, and each result is a tensor of its own"""
    out, target = case
    changed = (out.flip(-1) * 0.5 + torch.arange(out.shape[1])).contiguous()
    check_by_values(student, "accuracy", out.contiguous(), changed, target)
