"""state_dict and load_state_dict: going on elsewhere, bit for bit.

A weaker suite lets pass: a dict of the state itself (right until the old optimizer steps again), a shallow copy (right
until a callback changes its state in place), state that is stored by parameter (right for the same parameters), and
hyper-parameters that are left out (right until they are scheduled).
"""

from pathlib import Path

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.course import load_module
from grader.suite import few_examples, points, require
from grader.suite.source import literal

T = load_module(Path(__file__).with_name("test_trajectories.py"))
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
PLAIN = [[[1.0]], [[-0.5]], [[2.0]], [[0.25]]]
TWO = [[[1.0], [0.5]], [[-0.5], None], [[2.0], [1.0]], [[0.25], [-2.0]]]
NOT_YET = [[[1.0], None], [[-0.5], None], [[2.0], [1.0]], [[0.25], [-2.0]]]
SCHEDULED = [[1, 1, "lr", 0.5], [1, 0, "mom", 0.5], [3, 0, "lr", 0.01]]


def own(grads, **options):
    """A problem for the callback pull, in torch.float64."""
    return T.problem(["pull"], [[1.0]] * len(grads[0]), grads, {"lr": 0.1, "mom": 0.9}, **options)


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


def as_code(problem, at, anew, order, by_own):
    """The whole run as a program on the submission's module; p and q, in the end, have to be the same."""
    groups = problem["groups"]
    of_group = [f"[{', '.join(f'p[{i}]' for i in group)}]" for group in groups or []]
    made = f"Optimizer({'p' if groups is None else '[' + ', '.join(of_group) + ']'}, [pull], **hypers)"
    steps = problem["steps"]
    lines = [
        *([PULL] if by_own else []),
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
    code = "\n".join(lines)
    return (
        code if by_own else code.replace(", [pull], **hypers)", ", **hypers)").replace("Optimizer(", "Adam(")
    )


def check(student, problem, at, anew, order, by_own=True):
    """After `at` steps a problem's optimizer is saved; the new one goes on as the old one does."""
    at = min(at, len(problem["steps"]) - 1)
    told = as_code(problem, at, anew, order, by_own)
    report = student.run("resume", problem, at, anew, order, by_own, as_python=told)
    for k, (new, old) in enumerate(zip(report["new"], report["old"], strict=True), at + 1):
        for i, (p, right) in enumerate(zip(new, old, strict=True)):
            apart = f"({float((p - right).abs().max()) if p.numel() else 0:.3g} apart)"
            what = f"saved after step {at}; {ORDERS[order]}: after step {k} parameter {'abcdefgh'[i]}"
            said = f"{what} is {literal(p)} with the new one, {literal(right)} with the old one {apart}"
            require(torch.equal(p, right), said)
    return report


steps_before = st.integers(0, 4)
orders = st.sampled_from(["load first", "by turns"])


@points(
    3,
    function="Optimizer",
    band="robust",
    hint="Other parameters, same order: what tells which state is whose?",
)
@few_examples(8)
@given(problem=T.problems(["pull"], ("lr", "mom")), at=steps_before, order=orders)
@example(problem=own(PLAIN), at=2, order="load first")
@example(problem=own(TWO), at=2, order="load first")
@example(problem=own(NOT_YET), at=2, order="load first")
@example(problem=own([step[::-1] for step in NOT_YET]), at=2, order="load first")
@example(problem=own(TWO, groups=[[1], [0]]), at=2, order="load first")
def test_resume(student, problem, at, order):
    """An optimizer of other parameters that loads the state_dict goes on bit for bit as the old one does"""
    unscheduled = {**problem, "steps": [{**step, "writes": []} for step in problem["steps"]]}
    check(student, unscheduled, at, problem["hypers"], order)


@points(
    1,
    function="Optimizer",
    band="robust",
    hint="Learning rates were changed on the way: they are part of what to save.",
)
@few_examples(8)
@given(problem=T.problems(["pull"], ("lr", "mom")), at=steps_before, order=orders)
@example(problem=own(TWO, groups=[[0], [1]], writes=SCHEDULED), at=2, order="load first")
@example(problem=own(TWO, groups=[[0], [1]], writes=SCHEDULED), at=2, order="by turns")
def test_resume_with_schedules(student, problem, at, order):
    """Each group's hyper-parameters are loaded as they were when saved, and can be changed after that"""
    report = check(student, problem, at, {"lr": 0.25, "mom": 0.75}, order)
    groups = len(problem["groups"] or [0])
    require(
        len(report["hypers"]) == groups,
        f"after load_state_dict opt.hypers has {len(report['hypers'])} entries",
    )


@points(
    2, function="Optimizer", band="robust", hint="A copy, of everything, both when saving and when loading."
)
@few_examples(8)
@given(
    problem=T.problems(["pull"], ("lr", "mom")),
    at=steps_before,
    order=st.sampled_from(["old first", "twice"]),
)
@example(problem=own(PLAIN), at=2, order="old first")
@example(problem=own(PLAIN), at=2, order="twice")
@example(problem=own(TWO, groups=[[0], [1]], writes=SCHEDULED), at=2, order="old first")
@example(problem=own(TWO, groups=[[0], [1]], writes=SCHEDULED), at=2, order="twice")
def test_what_is_saved_stays(student, problem, at, order):
    """A state_dict doesn't change when the optimizer it is from goes on, nor when one that loaded it does"""
    check(student, problem, at, {"lr": 0.25, "mom": 0.75}, order)


@points(
    1,
    function="Adam",
    band="robust",
    hint="Averages, step counts and hyper-parameters: all in state and hypers?",
)
@few_examples()
@given(problem=T.problems("Adam"), at=steps_before, order=st.sampled_from(list(ORDERS)))
@example(problem=T.edges("Adam")[4], at=2, order="load first")
@example(problem=T.edges("Adam")[6], at=3, order="old first")
def test_resume_adam(student, problem, at, order):
    """Adam, loaded into a new one with other hyper-parameters, goes on bit for bit"""
    check(student, problem, at, {"lr": 0.25}, order, False)
