"""Cases, strategies and checks of test_averages.py."""

import torch

from grader.suite import assert_close, assert_dtype, require
from grader.suite.source import literal


def returned(result, key, what):
    """result[key] of what a callback returned."""
    require(isinstance(result, dict), f"{what} has to return a dict, but returned {literal(result)[:100]}")
    require(
        key in result, f'{what} has to return a dict with the key "{key}", but its keys are {list(result)}'
    )
    return result[key]


def averages(student, name, key, grads, keywords, refill=False):
    """What a callback returned as `key`, call by call, each time given what it had returned before."""
    known = {"lr": 0.3, "eps": 0.2, "wd": 0.6, **keywords}
    inside = ", ".join(f"{k}={literal(v)}" for k, v in known.items())
    code = f"p = torch.zeros({len(grads[0])}, dtype={grads[0].dtype}); state = {{}}\n" + "\n".join(
        f"{'p.grad.copy_' if refill and k else 'p.grad = '}({literal(g)})\nstate = {name}(p, {inside}, **state); "
        "print(state)"
        for k, g in enumerate(grads)
    )
    report = student.run("call_in_turn", name, grads, known, key, refill, as_python=code)
    if len(report["results"]) < len(grads) or not isinstance(report["results"][-1], torch.Tensor):
        returned(report["results"][-1], key, name)  # it broke off there
        require(
            False, f'{name} returned {literal(report["results"][-1])[:100]} as "{key}", expected a tensor'
        )
    for k, (before, after) in enumerate(zip(grads, report["grads"], strict=True)):
        what = f"p.grad after call {k + 1} of {name}, which leaves it alone,"
        assert_close(after, before, what=what, atol=0.0)
    if refill:
        for k, own in enumerate(report["own"], 1):
            what = f'what call {k} of {name} returned as "{key}" changes when p.grad is written over'
            require(own, f"{what}: it is the gradient's own tensor")
    return report["results"]


def check_average(student, name, key, grads, keywords, expected_of, refill=False):
    """expected_of(average, gradient): the next average."""
    results = averages(student, name, key, list(grads), keywords, refill)
    expected = torch.zeros_like(grads[0])
    for k, (came, g) in enumerate(zip(results, grads, strict=True)):
        expected = expected_of(expected, g)
        assert_close(came, expected, what=f'call {k + 1}: {name}(…)["{key}"]', atol=1e-11)


def check_dtype(student, name, key, dtype, keywords):
    grads = [torch.tensor([0.5, -2.0], dtype=dtype), torch.tensor([1.0, 0.25], dtype=dtype)]
    for k, average in enumerate(averages(student, name, key, grads, keywords)):
        assert_dtype(average, dtype, what=f'call {k + 1}: {name}(…)["{key}"]')
