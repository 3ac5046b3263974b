"""Cases, strategies and checks of test_resume.py."""

import torch

from grader.suite import require
from grader.suite.source import literal

from . import trajectories

PULL = """def pull(p, lr, mom, total=None, count=0, **_):
    if total is None: total = torch.zeros_like(p)
    total.mul_(mom).add_(p.grad); p.sub_(lr * (count + 1) * total)
    return {"total": total, "count": count + 1}
"""
ORDERS = {
    "load first": "the new one loads it, the old one goes on, then the new one",
    "old first": "the old one goes on, then the new one loads it and goes on",
    "by turns": "the new one loads it, and both go on by turns",
    "twice": "one new optimizer loads it and goes on, then another one does",
}


def own(grads, **options):
    """A problem for the callback pull, in torch.float64."""
    return trajectories.problem(["pull"], [[1.0]] * len(grads[0]), grads, {"lr": 0.1, "mom": 0.9}, **options)


LINES = {
    "load first": [
        "new.load_state_dict(saved)",
        "for k in later: go(old, p, k)",
        "for k in later: go(new, q, k)",
    ],
    "old first": [
        "for k in later: go(old, p, k)",
        "new.load_state_dict(saved)",
        "for k in later: go(new, q, k)",
    ],
    "by turns": ["new.load_state_dict(saved)", "for k in later: go(old, p, k); go(new, q, k)"],
    "twice": [
        *("new.load_state_dict(saved)", "for k in later: go(new, q, k)", "for k in later: go(old, p, k)"),
        *("new, q = make(values, **anew); new.load_state_dict(saved)", "for k in later: go(new, q, k)"),
    ],
}


def as_code(problem, at, anew, order):
    """The whole run as a program on the submission's module; p and q, in the end, have to be the same."""
    groups = problem["groups"]
    of_group = [f"[{', '.join(f'p[{i}]' for i in group)}]" for group in groups or []]
    made = f"Optimizer({'p' if groups is None else '[' + ', '.join(of_group) + ']'}, [pull], **hypers)"
    steps = problem["steps"]
    lines = [
        PULL,
        f"grads = {literal([step['grads'] for step in steps])}",
        f"writes = {[step['writes'] for step in steps]}",
        f"anew, later = {anew}, range({at}, {len(steps)})",
        f"def make(values, **hypers):\n    p = [v.clone().requires_grad_() for v in values]\n    return {made}, p",
        "def go(opt, p, k):\n    for group, name, value in writes[k]: opt.hypers[group][name] = value",
        "    for q, g in zip(p, grads[k]): q.grad = None if g is None else g.clone()\n    opt.step()",
        f"old, p = make({literal(problem['start'])}, **{problem['hypers']})",
        f"for k in range({at}): go(old, p, k)",
        "saved, values = old.state_dict(), [v.detach().clone() for v in p]",
        "new, q = make(values, **anew)",
        *LINES[order],
        "p, q, [torch.equal(x, y) for x, y in zip(p, q)]",
    ]
    return "\n".join(lines)


def check(student, problem, at, anew, order):
    """After `at` steps a problem's optimizer is saved; the new one goes on as the old one does."""
    at = min(at, len(problem["steps"]) - 1)
    report = student.run("resume", problem, at, anew, order, as_python=as_code(problem, at, anew, order))
    for k, (new, old) in enumerate(zip(report["new"], report["old"], strict=True), at + 1):
        for i, (p, right) in enumerate(zip(new, old, strict=True)):
            apart = f"({float((p - right).abs().max()) if p.numel() else 0:.3g} apart)"
            what = f"saved after step {at}; {ORDERS[order]}: after step {k} parameter {'abcdefgh'[i]}"
            said = f"{what} is {literal(p)} with the new one, {literal(right)} with the old one {apart}"
            require(torch.equal(p, right), said)
    return report
