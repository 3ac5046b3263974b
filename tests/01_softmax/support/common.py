"""Cases, strategies and checks of several tests."""

import torch

from grader.suite import assert_close
from grader.suite.source import call_literal


def size(x: torch.Tensor) -> float:
    finite = x[x.isfinite()].abs().double()
    return float(finite.max()) if finite.numel() else 0.0


def check_by_values(student, function: str, x: torch.Tensor, changed: torch.Tensor, *rest) -> None:
    """The function goes by what x holds now, and keeps nothing that a caller, or it, may change later."""
    _, after, fresh = student.run("call_after_change", function, [x, *rest], changed)
    assert_close(after, fresh, what=function)
    call, other = (call_literal(function, [first, *rest], {}) for first in (x, changed))
    code = f"r = {call}; print(r)\n{other}; print(r)\nr.detach().fill_(7); {call}"
    came, stayed, again = student.run(
        "keep_and_change", function, [x, *rest], [changed, *rest], as_python=code
    )
    assert_close(stayed, came, what=f"an earlier result of {function}, after another call,")
    assert_close(again, came, what=f"{function}, after an earlier result was changed,")
