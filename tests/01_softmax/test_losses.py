"""nll, cross_entropy, accuracy.

A weaker suite lets pass: a sum for the mean (right for one row), target[i] taken as a row (right for the
identity), accuracy over the wrong axis (right for square inputs with the maxima on the diagonal).
"""

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, assert_dtype, assert_shape, few_examples, points, require, tolerance
from grader.suite.strategies import classified, dtypes

from .support.losses import batches, scalar, value

two_rows = (torch.tensor([[-1.0, -2.0, -4.0], [-0.5, -8.0, -3.0]]), torch.tensor([2, 0]))


@points(
    3,
    function="nll",
    handout=("mean of -log_probs[i, target[i]]", "(N, C) and int64 (N,)"),
    stub="Returns a 0-d tensor.",
    hint="Index with two integer arrays at once: one for the rows, one for the columns.",
)
@given(case=batches(magnitude=100))
@example(case=two_rows)
@example(case=(torch.tensor([[-1.0, -2.0]] * 3), torch.tensor([1, 1, 0])))
def test_nll_is_a_mean_of_looked_up_entries(student, case):
    """nll(log_probs, target) = -mean of log_probs[i, target[i]]"""
    log_probs, target = case
    rows = [-float(log_probs[i, t]) for i, t in enumerate(target.tolist())]
    got = student.nll(log_probs, target)
    scalar(got, "nll")
    assert_close(got, sum(rows) / len(rows), what="nll", scale=float(log_probs.abs().max()))


@points(
    2,
    function="nll",
    stub="Gradients flow through everything but `accuracy`.",
    hint="The mean spreads its gradient evenly over the rows.",
)
@given(case=batches(magnitude=100), weight=st.sampled_from([1.0, -2.5]))
@example(case=two_rows, weight=1.0)
def test_gradient_of_nll(student, case, weight):
    """The gradient of w·nll is -w/N at each [i, target[i]] and 0 elsewhere"""
    log_probs, target = case
    got = student.run("grad_of", "nll", [log_probs, target], torch.tensor(weight))
    require(got is not None, "no gradient flows from nll back to log_probs")
    expected = torch.zeros(log_probs.shape, dtype=torch.float64)
    expected[torch.arange(len(target)), target] = -weight / len(target)
    assert_close(got, expected, what="the gradient")


@points(
    1,
    function="nll",
    handout="looked up by index",
    stub="Entries that `target` doesn't name have no influence, even if they are -inf",
    hint="A one-hot matrix multiplies every entry by 0 or 1. What is 0 times infinity?",
)
@given(case=batches(magnitude=10))
@example(case=two_rows)
def test_nll_looks_nothing_else_up(student, case):
    """Entries that no target points at have no influence, not even -inf (no one-hot matrix)"""
    log_probs, target = case
    masked = torch.full_like(log_probs, -torch.inf)
    rows = torch.arange(len(target))
    masked[rows, target] = log_probs[rows, target]
    got = student.nll(masked, target)
    scalar(got, "nll")
    assert_close(got, -log_probs[rows, target].double().mean(), what="nll", scale=10)


@points(
    1,
    function="nll",
    hint="Operations whose names end in _ change the tensor they are called on.",
    handout="Inputs are never modified.",
    beside="test_nll_is_a_mean_of_looked_up_entries",
)
@few_examples()
@given(case=batches(magnitude=30))
def test_nll_leaves_its_inputs(student, case):
    """nll leaves log_probs and target as they were"""
    seen = student.run("call_and_inspect", "nll", list(case))
    require(not seen["changed"], "an argument was modified")


@points(
    3,
    function="cross_entropy",
    handout="nll of log_softmax",
    stub="logits: (N, C), finite numbers, also large ones … Returns a 0-d tensor",
    hint="You have both halves already.",
)
@given(case=batches(magnitude=1e4))
@example(case=two_rows)
@example(case=(torch.tensor([[1000.0, 0.0], [0.0, -1000.0]]), torch.tensor([1, 0])))
def test_cross_entropy_is_nll_of_log_softmax(student, case):
    """cross_entropy(logits, target) = -mean of log_softmax(logits)[i, target[i]]"""
    logits, target = case
    got = student.cross_entropy(logits, target)
    scalar(got, "cross_entropy")
    expected = -torch.log_softmax(logits.double(), -1)[torch.arange(len(target)), target].mean()
    assert_close(got, expected, what="cross_entropy", scale=float(logits.abs().max()), roundings=2)


@points(
    2,
    function="cross_entropy",
    handout="the gradient is the one above",
    stub="gradient with respect to the logits is (softmax(logits) - onehot(target)) / N.",
    hint="(softmax - one-hot) / N: check the division by N.",
)
@given(case=batches(magnitude=30), weight=st.sampled_from([1.0, -2.5]))
@example(case=two_rows, weight=1.0)
def test_gradient_of_cross_entropy(student, case, weight):
    """The gradient of w·cross_entropy with respect to the logits is w·(softmax - onehot) / N"""
    logits, target = case
    got = student.run("grad_of", "cross_entropy", [logits, target], torch.tensor(weight))
    require(got is not None, "no gradient flows from cross_entropy back to the logits")
    expected = torch.softmax(logits.double(), -1)
    expected[torch.arange(len(target)), target] -= 1
    limit = tolerance(logits.dtype, 4 * (1 + float(logits.abs().max())))
    assert_close(got, weight * expected / len(target), what="the gradient", atol=3 * limit)


@points(
    1,
    function="cross_entropy",
    handout="Inputs are never modified.",
    hint="Operations whose names end in _ change the tensor they are called on.",
    beside="test_cross_entropy_is_nll_of_log_softmax",
)
@few_examples()
@given(case=batches(magnitude=30))
def test_cross_entropy_leaves_its_inputs(student, case):
    """cross_entropy leaves logits and target as they were"""
    seen = student.run("call_and_inspect", "cross_entropy", list(case))
    require(not seen["changed"], "an argument was modified")


@points(
    1,
    function="cross_entropy",
    handout="Results have the dtype … of the input",
    band="robust",
    hint="Results follow the dtype of their inputs.",
)
@given(case=classified(magnitude=50, dtype=dtypes()))
def test_dtype_of_cross_entropy(student, case):
    """cross_entropy comes in the dtype of the logits"""
    logits, target = case
    got = student.cross_entropy(logits, target)
    assert_dtype(got, logits.dtype, what="cross_entropy")
    expected = -torch.log_softmax(logits.double(), -1)[torch.arange(len(target)), target].mean()
    assert_close(got, expected, what="cross_entropy", scale=float(logits.abs().max()), roundings=2)


@points(
    1,
    function="nll",
    handout="Results have the dtype … of the input",
    band="robust",
    hint="Results follow the dtype of their inputs.",
)
@given(case=classified(magnitude=50, dtype=dtypes()))
def test_dtype_of_nll(student, case):
    """nll comes in the dtype of log_probs"""
    log_probs, target = case
    got = student.nll(log_probs, target)
    scalar(got, "nll")
    assert_dtype(got, log_probs.dtype, what="nll")
    expected = -log_probs.double()[torch.arange(len(target)), target].mean()
    assert_close(got, expected, what="nll", scale=50, roundings=2)


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
    handout="A row with several largest entries is right for one of these classes",
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
    function="cross_entropy",
    handout="Results go by the values of the arguments, whatever was called before.",
    band="robust",
    hint="What does it keep from one call to the next?",
    beside="test_cross_entropy_is_nll_of_log_softmax",
)
@few_examples()
@given(case=classified(magnitude=30))
def test_cross_entropy_goes_by_values(student, case):
    """cross_entropy goes by what the logits hold now, whatever it was called with before"""
    logits, target = case
    changed = (logits.flip(-1) * 0.5 + torch.arange(logits.shape[1])).contiguous()
    _, after, fresh = student.run(
        "call_after_change", "cross_entropy", [logits.contiguous(), target], changed
    )
    assert_close(after, fresh, what="cross_entropy")


@points(
    1,
    function="nll",
    handout="Results go by the values of the arguments, whatever was called before.",
    band="robust",
    hint="What does it keep from one call to the next?",
    beside="test_nll_is_a_mean_of_looked_up_entries",
)
@few_examples()
@given(case=classified(magnitude=30))
def test_nll_goes_by_values(student, case):
    """nll goes by what log_probs holds now, whatever it was called with before"""
    log_probs, target = case
    changed = (log_probs.flip(-1) * 0.5 + torch.arange(log_probs.shape[1])).contiguous()
    _, after, fresh = student.run("call_after_change", "nll", [log_probs.contiguous(), target], changed)
    assert_close(after, fresh, what="nll")


@points(
    1,
    function="accuracy",
    handout="Results go by the values of the arguments, whatever was called before.",
    band="robust",
    hint="What does it keep from one call to the next?",
    beside="test_accuracy_counts_matches",
)
@few_examples()
@given(case=classified(magnitude=5))
def test_accuracy_goes_by_values(student, case):
    """accuracy goes by what the outputs hold now, whatever it was called with before"""
    out, target = case
    changed = (out.flip(-1) * 0.5 + torch.arange(out.shape[1])).contiguous()
    _, after, fresh = student.run("call_after_change", "accuracy", [out.contiguous(), target], changed)
    assert_close(after, fresh, what="accuracy")
