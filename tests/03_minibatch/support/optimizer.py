"""Cases, strategies and checks of test_optimizer.py."""

import torch
from hypothesis import strategies as st

from grader.suite import assert_close, require
from grader.suite.source import literal
from grader.suite.strategies import tensors

from .common import ONE, TWO

LRS = [0.5, 0.1, 1.0, 0.0, 0.03]
ROUNDS = (
    ["step", "zero_grad"],
    ["step"],
    ["step", "step", "zero_grad"],
    ["zero_grad"],
    ["step", "zero_grad", "zero_grad"],
)


def optimizer(of, lr=0.1, given="list", positional=False) -> dict:
    return {"of": list(of), "lr": lr, "given": given, "positional": positional}


@st.composite
def problems(draw: st.DrawFn) -> tuple[list, list]:
    """(starts, events) for one optimizer of all parameters: rounds of a backward, steps and zero_grads."""
    shapes = draw(st.lists(st.sampled_from([(1,), (2,), (), (2, 1)]), min_size=1, max_size=3))
    gradients = [tensors(shape, magnitude=8.0) for shape in shapes]
    starts = [draw(g) for g in gradients]
    events: list = []
    for actions in draw(st.lists(st.sampled_from(ROUNDS), min_size=1, max_size=3)):
        events.append(["backward", [draw(g) for g in gradients]])
        events += [[action, 0] for action in actions]
    return starts, events


def steps(*gradients, then=("step", "zero_grad")) -> list:
    """A round for each of the gradients, for two parameters that start at ONE and TWO."""
    return [e for g in gradients for e in (["backward", [g * ONE, g * TWO]], *([what, 0] for what in then))]


def as_python(starts: list, optimizers: list, events: list) -> str:
    """The same as code that prints parameters and gradients in the end."""
    names = [f"p{k}" for k in range(len(starts))]
    lines = [f"{p} = torch.nn.Parameter({literal(s)})" for p, s in zip(names, starts, strict=True)]
    for k, o in enumerate(optimizers):
        given = ", ".join(names[i] for i in o["of"])
        given = {"generator": f"iter([{given}])", "tuple": f"({given},)"}.get(o["given"], f"[{given}]")
        lr = "" if o["lr"] is None else f", {'' if o['positional'] else 'lr='}{o['lr']}"
        lines.append(f"opt{k} = Optimizer({given}{lr})")
    for what, detail in events:
        if what == "backward":
            lines += [f"({literal(c)} * {p}).sum().backward()" for p, c in zip(names, detail, strict=True)]
        elif what == "freeze":
            lines.append(f"p{detail}.requires_grad_(False)")
        else:
            lines.append(f"opt{detail}.{what}()")
    return "\n".join([*lines, f"[(p, p.grad) for p in ({', '.join(names)},)]"])


def expected_of(starts: list, optimizers: list, events: list) -> list[tuple[list, list]]:
    """(values, gradients) after each event, by torch.optim.SGD; a gradient that is not there is None."""
    parameters = [torch.nn.Parameter(s.clone()) for s in starts]
    made = [
        torch.optim.SGD([parameters[i] for i in o["of"]], lr=0.5 if o["lr"] is None else o["lr"])
        for o in optimizers
    ]
    after = []
    for what, detail in events:
        if what == "backward":
            for p, c in zip(parameters, detail, strict=True):
                p.grad = c.clone() if p.grad is None else p.grad + c
        elif what == "freeze":
            parameters[detail].requires_grad_(False)
        else:
            getattr(made[detail], what)()
        after.append(
            (
                [p.detach().clone() for p in parameters],
                [None if p.grad is None else p.grad.clone() for p in parameters],
            )
        )
    return after


def in_words(events: list, k: int, optimizers: list) -> str:
    """What happened up to event k, in words."""
    many = len(optimizers) > 1
    words = [
        what if what == "backward" or not many else f"opt{detail}.{what}" for what, detail in events[: k + 1]
    ]
    return f"after {', '.join(words)}"


def check(
    student, starts: list, optimizers: list, events: list, look_at: tuple = ("values", "grads")
) -> None:
    """Drive the optimizers, and compare the parameters (values), the gradients (grads), or both, after each event."""
    got = student.run("optimize", starts, optimizers, events, as_python=as_python(starts, optimizers, events))
    largest = 1.0
    for k, (values, gradients) in enumerate(expected_of(starts, optimizers, events)):
        when = in_words(events, k, optimizers)
        largest = max([largest, *(float(t.abs().max()) for t in (*values, *gradients) if t is not None)])
        for i in range(len(starts)):
            if "values" in look_at:
                what = f"{when}, parameter {i}"
                assert_close(got["values"][k][i], values[i], what=what, scale=largest, roundings=len(events))
            if "grads" in look_at:
                check_gradient(
                    got["grads"][k][i], gradients[i], f"{when}, the gradient of parameter {i}", largest
                )


def check_gradient(got: object, right: torch.Tensor | None, what: str, scale: float) -> None:
    if right is None:
        cleared = got is None or not bool(got.count_nonzero())
        require(cleared, f"{what} is {literal(got)}, expected zeros or None")
    else:
        require(got is not None, f"{what} is None, expected {literal(right)}")
        assert_close(got, right, what=what, scale=scale, roundings=4)


@st.composite
def two_optimizers(draw: st.DrawFn) -> tuple[list, list, list]:
    """(optimizers, events): two of them, for one parameter each or both for both; turns taken in any order."""
    of = draw(st.sampled_from([([0], [1]), ([1], [0]), ([0, 1], [0, 1])]))
    lrs = draw(st.lists(st.sampled_from(LRS), min_size=2, max_size=2, unique=True))
    events: list = []
    for g in draw(st.lists(st.sampled_from([1.0, -2.0, 0.5]), min_size=1, max_size=3)):
        events.append(["backward", [g * ONE, g * TWO]])
        events += [["step", k] for k in draw(st.lists(st.integers(0, 1), min_size=1, max_size=3))]
        events += [["zero_grad", k] for k in draw(st.sampled_from([[], [0, 1]]))]
    return [optimizer(o, lr) for o, lr in zip(of, lrs, strict=True)], events
