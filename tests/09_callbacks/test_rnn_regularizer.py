"""RNNRegularizer against its formula: the loss, and its gradients.

A weaker suite lets pass: alpha on the outputs without dropout, differences along the batch, sums in place of means, a
penalty in validation, the first layer in place of the last, a detached penalty.
"""

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, few_examples, points, require
from grader.suite.source import literal
from grader.suite.strategies import tensors

numbers = st.sampled_from([0.0, 1.0, 2.0, 0.5])


@st.composite
def outputs(draw) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    """(raw_outputs, outputs): one or two layers, (batch, time, features) in float64, with at least two times."""
    shape = (draw(st.integers(1, 2)), draw(st.integers(2, 3)), draw(st.integers(1, 2)))
    layers = draw(st.integers(1, 2))
    one = tensors(shape, dtype=torch.float64, magnitude=4.0)
    return [draw(one) for _ in range(layers)], [draw(one) for _ in range(layers)]


RAW = torch.tensor([[[0.0], [1.0], [3.0]], [[2.0], [2.0], [-1.0]]], dtype=torch.float64)
DROPPED = torch.tensor([[[0.0], [2.0], [0.0]], [[4.0], [0.0], [-2.0]]], dtype=torch.float64)
OUT = torch.tensor([1.0, 2.5], dtype=torch.float64)


def run(student, raw, dropped, alpha, beta, training):
    code = "\n".join(
        [
            "from types import SimpleNamespace as Bag",
            f"raw, dropped = {literal(raw)}, {literal(dropped)}",
            f"cb = RNNRegularizer(alpha={alpha}, beta={beta})",
            f"cb.learn = learn = Bag(training={training}, pred=(torch.tensor([1.0, 2.5]), raw, dropped))",
            "cb.after_pred(); learn.loss = learn.pred.sum(); cb.after_loss(); learn.loss",
        ]
    )
    return student.run("regularize", OUT, raw, dropped, alpha, beta, training, as_python=code)


def penalty(raw, dropped, alpha, beta):
    return alpha * dropped.pow(2).mean() + beta * (raw[:, 1:] - raw[:, :-1]).pow(2).mean()


def check(student, raw, dropped, alpha, beta, training=True) -> None:
    got = run(student, raw, dropped, alpha, beta, training)
    half = "training" if training else "validation"
    story = f"RNNRegularizer(alpha={alpha}, beta={beta}) in {half}, outputs of shape {tuple(raw[-1].shape)}: "
    require(
        not isinstance(got["pred"], str),
        f"{story}after after_pred, learn.pred is a {got['pred']}, expected out",
    )
    require(
        torch.equal(got["pred"], OUT),
        f"{story}after after_pred, learn.pred is {literal(got['pred'])}, not out",
    )
    h, d = (t[-1].clone().requires_grad_() for t in (raw, dropped))
    extra = penalty(h, d, alpha, beta)
    size = 1 + sum(float(t[-1].abs().max()) ** 2 for t in (raw, dropped))
    expected = OUT.sum() + (extra.detach() if training else 0.0)
    what = f"{story}the loss of out is 3.5, and learn.loss"
    assert_close(got["loss"], expected, what=what, atol=1e-5 * size)
    if not training:
        return
    extra.backward()
    for name, g, due in zip(
        ("raw_outputs[-1]", "outputs[-1]"), got["gradients"][1:], (h.grad, d.grad), strict=True
    ):
        g = torch.zeros_like(due) if g is None else g
        assert_close(g, due, what=f"{story}the loss's gradient with respect to {name}", atol=1e-5 * size)


@points(
    2, function="RNNRegularizer", hint="The mean of the squares of outputs[-1], the last layer with dropout."
)
@few_examples(8)
@given(both=outputs(), alpha=numbers)
@example(both=([RAW], [DROPPED]), alpha=2.0)
@example(both=([DROPPED, RAW], [RAW, DROPPED]), alpha=1.0)
def test_alpha(student, both, alpha):
    """alpha adds alpha · mean(outputs[-1]²) to the training loss, and its gradient flows"""
    check(student, *both, alpha, 0.0)


@points(2, function="RNNRegularizer", hint="Along which axis is time? Of which outputs are the differences?")
@few_examples(8)
@given(both=outputs(), beta=numbers)
@example(both=([RAW], [DROPPED]), beta=2.0)
@example(both=([DROPPED, RAW], [RAW, DROPPED]), beta=1.0)
def test_beta(student, both, beta):
    """beta adds beta · mean((h_t − h_{t−1})²), h being raw_outputs[-1], to the training loss, and its gradient flows"""
    check(student, *both, 0.0, beta)


@points(
    1, function="RNNRegularizer", hint="learn.training tells. Unpacking the triple is needed in both halves."
)
@few_examples(5)
@given(both=outputs(), alpha=numbers, beta=numbers)
@example(both=([RAW], [DROPPED]), alpha=2.0, beta=1.0)
def test_in_training_only(student, both, alpha, beta):
    """Both terms are added in training; in validation the loss is that of out alone"""
    check(student, *both, alpha, beta)
    check(student, *both, alpha, beta, training=False)


@points(
    1,
    function="RNNRegularizer",
    hint="self.learn.pred = …, self.learn.loss = …: the loop goes on with these.",
)
@few_examples(3)
@given(alpha=numbers, beta=numbers)
@example(alpha=2.0, beta=1.0)
@example(alpha=0.0, beta=0.5)
def test_a_recurrent_network(student, alpha, beta):
    """A small recurrent network with dropout is fitted: the learner's losses are those of the formula"""
    seen = student.run("regularized_rnn", alpha, beta)
    require(len(seen) == 6, f"{len(seen)} batches came to their end in two epochs, expected 6")
    for k, got in enumerate(seen):
        extra = penalty(got["raw"], got["dropped"], alpha, beta) if got["training"] else 0.0
        half = "training" if got["training"] else "validation"
        what = (
            f"RNNRegularizer(alpha={alpha}, beta={beta}) and an RNN: learn.loss in batch {k}, one of {half},"
        )
        assert_close(got["loss"], got["mse"] + extra, what=what, atol=1e-5 * (1 + float(got["mse"])))
