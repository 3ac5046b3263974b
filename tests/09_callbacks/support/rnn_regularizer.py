"""Cases, strategies and checks of test_rnn_regularizer.py."""

import torch
from hypothesis import strategies as st

from grader.suite import assert_close, require
from grader.suite.source import literal
from grader.suite.strategies import tensors


@st.composite
def outputs(draw) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    """(raw_outputs, outputs): one or two layers, (batch, time, features) in float64, two or more of the first two."""
    shape = (draw(st.integers(2, 3)), draw(st.integers(2, 3)), draw(st.integers(1, 2)))
    layers = draw(st.integers(1, 2))
    one = tensors(shape, dtype=torch.float64, magnitude=4.0)
    return [draw(one) for _ in range(layers)], [draw(one) for _ in range(layers)]


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
