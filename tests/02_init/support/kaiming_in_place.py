"""Cases, strategies and checks of test_kaiming_in_place.py."""

import torch

from grader.suite import require


def inspected(student, function: str, shape, start: float, **options) -> dict:
    return student.run("fill_and_inspect", function, torch.full(shape, start), **options)


def check_in_place(student, function: str, shape, start: float) -> None:
    check_filled(function, inspected(student, function, shape, start))


def check_any_layout(student, function: str, shape) -> list[torch.Tensor]:
    """The memory of two weights that are not contiguous, after the function has filled them."""
    seen = [
        student.run("fill_and_inspect", function, torch.ones(shape).to(memory_format=torch.channels_last)),
        student.run("fill_and_inspect", function, torch.ones(shape[::-1]).permute(3, 2, 1, 0)),
    ]
    for one in seen:
        check_filled(function, one)
    return [one["memory"] for one in seen]


def check_filled(function: str, seen: dict) -> None:
    require(not torch.equal(seen["before"], seen["after"]), f"{function} left the weight as it was")
    require(
        seen["returned_itself"],
        f"{function} has to return the weight itself, but returned another {seen['result']}",
    )
    require(
        torch.equal(seen["memory"], seen["after"]), f"{function} put the weight's entries elsewhere in memory"
    )
    require(seen["after"].shape == seen["before"].shape, f"{function} changed the weight's shape")


def check_history(student, function: str, parameter: bool, grad: bool, start: float) -> None:
    seen = inspected(student, function, (3, 2), start, parameter=parameter, requires_grad=grad)
    require(not torch.equal(seen["before"], seen["after"]), f"{function} left the weight as it was")
    require(
        seen["leaf"] and seen["grad_fn"] is None, f"the weight has an autograd history: {seen['grad_fn']}"
    )
    require(
        seen["requires_grad"] == grad, f"the weight's requires_grad was {grad} and is {seen['requires_grad']}"
    )
    require(not seen["grad"], "the weight has a gradient that nobody computed")


def check_wrong_mode(student, function: str, mode: str) -> None:
    with student.raises("ValueError", f"{function} with mode={mode!r}"):
        student.run("fill", function, [3, 2], mode=mode)
