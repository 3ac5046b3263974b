"""Cases, strategies and checks of test_optimizer_in_place.py."""

import torch
from hypothesis import strategies as st

from grader.suite.source import literal

from .common import ONE, TWO


def drive(student, starts: list, events: list, lr: float = 0.5, given: str = "list") -> dict:
    """The probe's report on one optimizer of all the parameters."""
    names = [f"p{k}" for k in range(len(starts))]
    lines = [f"{p} = torch.nn.Parameter({literal(s)})" for p, s in zip(names, starts, strict=True)]
    lines += [f"params = [{', '.join(names)}]; opt = Optimizer(params, lr={lr})"]
    lines += ["params.clear()"] if given == "emptied" else []
    for what, detail in events:
        if what != "backward":
            lines.append(f"opt.{what}()")
            continue
        pairs = [(p, c) for p, c in zip(names, detail, strict=True) if c is not None]
        lines += [f"({literal(c)} * {p}).sum().backward()" for p, c in pairs]
    lines.append(f"[(p, p.grad, p.grad_fn) for p in ({', '.join(names)},)]")
    about = {"of": list(range(len(starts))), "lr": lr, "given": given, "positional": False}
    return student.run("optimize", starts, [about], events, as_python="\n".join(lines))


def in_words(events: list, k: int) -> str:
    words = []
    for what, detail in events[: k + 1]:
        without = [str(i) for i, c in enumerate(detail) if c is None] if what == "backward" else []
        words.append(f"{what} (without parameter {' and '.join(without)})" if without else what)
    return f"after {', '.join(words)}"


def same(one: object, two: object) -> bool:
    if isinstance(one, torch.Tensor) and isinstance(two, torch.Tensor):
        return torch.equal(one, two)
    return one is None and two is None


@st.composite
def scripts(draw: st.DrawFn, nothing: bool = False) -> list:
    """Events for two parameters that start as ONE and TWO. nothing: gradients may be missing at any time."""
    factor = st.sampled_from([1.0, -2.0, 0.25])
    events: list = []
    for _ in range(draw(st.integers(1, 3))):
        there = draw(st.lists(st.booleans(), min_size=2, max_size=2)) if nothing else [True, True]
        gradients = [draw(factor) * p if yes else None for p, yes in zip((ONE, TWO), there, strict=True)]
        events.append(["backward", gradients])
        events += [["step", 0]] * draw(st.integers(0, 2))
        events += [["zero_grad", 0]] * draw(st.integers(0, 2 if nothing else 1))
        events += [["step", 0]] if nothing and draw(st.booleans()) else []
    return events
