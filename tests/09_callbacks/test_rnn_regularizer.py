"""RNNRegularizer against its formula: the loss, and its gradients.

A weaker suite lets pass: alpha on the outputs without dropout, differences along the batch, sums in place of means, a
penalty in validation, the first layer in place of the last, a detached penalty.
"""

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, few_examples, points, require

from .support.rnn_regularizer import check, outputs, penalty

numbers = st.sampled_from([0.0, 1.0, 2.0, 0.5])
RAW = torch.tensor([[[0.0], [1.0], [3.0]], [[2.0], [2.0], [-1.0]]], dtype=torch.float64)
DROPPED = torch.tensor([[[0.0], [2.0], [0.0]], [[4.0], [0.0], [-2.0]]], dtype=torch.float64)


@points(
    2,
    function="RNNRegularizer",
    hint="The mean of the squares of outputs[-1], the last layer with dropout.",
    handout="the formula above, in training only",
    stub="adds alpha · mean(outputs[-1]²) to the loss in training",
)
@few_examples(8)
@given(both=outputs(), alpha=numbers)
@example(both=([RAW], [DROPPED]), alpha=2.0)
@example(both=([DROPPED, RAW], [RAW, DROPPED]), alpha=1.0)
def test_alpha(student, both, alpha):
    """alpha adds alpha · mean(outputs[-1]²) to the training loss, and its gradient flows"""
    check(student, *both, alpha, 0.0)


@points(
    2,
    function="RNNRegularizer",
    hint="Along which axis is time? Of which outputs are the differences?",
    handout="the formula above, in training only",
    stub="adds beta · mean((h_t - h_{t-1})²), h being raw_outputs[-1], to the loss in training",
)
@few_examples(8)
@given(both=outputs(), beta=numbers)
@example(both=([RAW], [DROPPED]), beta=2.0)
@example(both=([DROPPED, RAW], [RAW, DROPPED]), beta=1.0)
def test_beta(student, both, beta):
    """beta adds beta · mean((h_t − h_{t−1})²), h being raw_outputs[-1], to the training loss, and its gradient flows"""
    check(student, *both, 0.0, beta)


@points(
    1,
    function="RNNRegularizer",
    hint="learn.training tells. Unpacking the triple is needed in both halves.",
    handout="learn.pred becomes out, and so the loss is that of out; the formula above, in training only",
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
    handout="learn.pred becomes out, and so the loss is that of out; the formula above, in training only",
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
