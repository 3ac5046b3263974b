"""Cases, strategies and checks of test_trajectories.py."""

import math

import torch
from hypothesis import example
from hypothesis import strategies as st

from grader.suite import assert_close, assert_dtype
from grader.suite.source import literal

from .common import entries

DEFAULTS = {"mom": 0.9, "sqr_mom": 0.99, "eps": 1e-5}


def betas(h):
    return {"betas": (h["mom"], h["sqr_mom"]), "eps": h["eps"]}


# Of each optimizer the hyper-parameters that have a default, and torch's class with its own names for them.
TORCH = {
    "SGD": ([], torch.optim.SGD, lambda h: {}),
    "Momentum": (["mom"], torch.optim.SGD, lambda h: {"momentum": h["mom"]}),
    "RMSProp": (["sqr_mom", "eps"], torch.optim.RMSprop, lambda h: {"alpha": h["sqr_mom"], "eps": h["eps"]}),
    "Adam": (["mom", "sqr_mom", "eps"], torch.optim.Adam, betas),
    "AdamW": (["mom", "sqr_mom", "eps"], torch.optim.AdamW, betas),
    "RAdam": (["mom", "sqr_mom", "eps"], torch.optim.RAdam, betas),
}
VALUES = {
    "lr": [0.1, 0.5, 0.01, 0.0],
    "mom": [0.9, 0.5, 0.99],  # not 0: torch's SGD then keeps no average at all
    # 0 is an edge below: avg + (1 - 0) · (g² - avg), a right form, has few digits left where g falls 1e5-fold.
    "sqr_mom": [0.99, 0.9, 0.5, 0.999, 0.001],
    "eps": [1e-5, 1e-3, 1e-8, 0.1],
    "wd": [0.1, 0.5, 0.01, 0.0],
}


def f64(values, **options):
    return torch.tensor(values, dtype=torch.float64, **options)


def problem(optimizer, start, grads, hypers, *, writes=(), groups=None, frozen=()):
    """A problem as the probe takes it. grads: of each step those of each parameter, None where there is none.

    writes: [step, group, name, value], written to opt.hypers before that step
    """
    tensors = [[None if g is None else f64(g) for g in step] for step in grads]
    written = [[[g, name, value] for at, g, name, value in writes if at == k] for k in range(len(grads))]
    return {
        "optimizer": optimizer,
        "hypers": hypers,
        "start": [f64(values) for values in start],
        "frozen": list(frozen),
        "groups": groups,
        "steps": [{"grads": g, "writes": w} for g, w in zip(tensors, written, strict=True)],
    }


def edges(name, hypers=()):
    """What no run may miss, smallest first, as problems. hypers: pairs that all of them begin with, beside lr."""
    base = {"lr": 0.1, **dict(hypers)}
    names = [*base, *(TORCH[name][0] if isinstance(name, str) else [])]
    eps = {"eps": 1e-8} if "eps" in names else {}
    no_memory = {"sqr_mom": 0.0} if "sqr_mom" in names else {}
    two, pairs = [[1.0], [2.0]], [[[1.0], [-0.5]], [[0.5], [2.0]], [[-1.0], [0.25]]]
    return [
        problem(name, [[1.0]], [[[1.0]], [[-0.5]], [[2.0]]], base),
        problem(name, [[1.0]], [[[2e-5]], [[-1e-5]], [[4e-6]]], base),
        problem(name, [[1.0, 0.5]], [[[2e-6, 1.0]], [[0.0, -1.0]]], base | eps),
        problem(name, [[1.0]], [[[1.0]], [[-0.5]], [[2.0]]], base | no_memory),
        problem(name, two, pairs, base),
        problem(name, [[1.0]], [[[0.0]], [[0.0]], [[1.0]]], base),
        problem(name, [2.0, [[1.0], [2.0]]], [[0.5, [[1.0], [-1.0]]]] * 2, base),
    ]


def each(edges):
    def with_them(test):
        for edge in reversed(edges):
            test = example(drawn=edge)(test)
        return test

    return with_them


@st.composite
def problems(draw, name, hypers=("lr",), framework=False):
    """Problems for an optimizer; shrinks to one parameter, one entry, one step, and defaults where there are any.

    hypers:    names of those that are always given
    framework: with groups, frozen parameters, gradients that come and go, hyper-parameters that change
    """
    names = [*hypers, *(TORCH[name][0] if isinstance(name, str) else [])]
    chosen = {n: draw(st.sampled_from([*([] if n in hypers else [None]), *VALUES[n]])) for n in names}
    shapes = draw(st.lists(st.sampled_from([(1,), (2,), (), (2, 2)]), min_size=1, max_size=3))
    n, several = len(shapes), framework and len(shapes) > 1
    frozen = draw(st.sampled_from([[], [], [n - 1]])) if several else []
    groups = draw(st.sampled_from([None, [[0], list(range(1, n))]])) if several else None
    write = st.sampled_from(names).flatmap(
        lambda name: st.tuples(
            st.integers(0, 1 if groups else 0), st.just(name), st.sampled_from(VALUES[name])
        )
    )

    def tensor(shape):
        size = math.prod(shape)
        return f64(draw(st.lists(entries, min_size=size, max_size=size))).reshape(shape)

    def step():
        has = [not framework or (i not in frozen and draw(st.integers(0, 4)) < 4) for i in range(n)]
        return {
            "grads": [tensor(s) if h else None for s, h in zip(shapes, has, strict=True)],
            "writes": draw(st.lists(write, max_size=1)) if framework else [],
        }

    start, steps = [tensor(shape) for shape in shapes], [step() for _ in range(draw(st.integers(1, 5)))]
    given = {n: v for n, v in chosen.items() if v is not None}
    body = {"start": start, "frozen": frozen, "groups": groups, "steps": steps}
    return {"optimizer": name, "hypers": given, **body}


def in_code(problem, names="abcdefgh", opt="opt"):
    """The problem as code: what comes before the steps, then each step."""
    names, cbs = names[: len(problem["start"])], problem["optimizer"]
    groups = [list(range(len(names)))] if problem["groups"] is None else problem["groups"]
    lists = [f"[{', '.join(names[i] for i in group)}]" for group in groups]
    given = lists[0] if problem["groups"] is None else f"[{', '.join(lists)}]"
    lines = ["from functools import partial"] if "dampened average_grad" in cbs else []
    for i, (name, p) in enumerate(zip(names, problem["start"], strict=True)):
        lines.append(f"{name} = {literal(p.clone().requires_grad_(i not in problem['frozen']))}")
    if not isinstance(cbs, str):
        given += (
            f", [{', '.join(cbs).replace('dampened average_grad', 'partial(average_grad, dampening=True)')}]"
        )
    options = "".join(f", {k}={v!r}" for k, v in problem["hypers"].items())
    lines.append(f"{opt} = {cbs if isinstance(cbs, str) else 'Optimizer'}({given}{options})")
    steps = []
    for step in problem["steps"]:
        block = [f'{opt}.hypers[{group}]["{name}"] = {value!r}' for group, name, value in step["writes"]]
        for n, g in zip(names, step["grads"], strict=True):
            block.append(f"{n}.grad = {literal(g)}")
        steps.append("\n".join([*block, f"{opt}.step()"]))
    return ["\n".join(lines), *steps]


def as_code(problem, **options):
    """The problem as a program on the submission's module, which ends with the parameters."""
    names = ", ".join("abcdefgh"[: len(problem["start"])])
    return "\n".join([*in_code(problem, **options), names])


def by_torch(problem, name, *, decoupled=False):
    """All parameters after each step, as torch's optimizer has it. decoupled: p · (1 - lr · wd) before each step."""
    _, kind, options = TORCH[name]
    params = [p.clone().requires_grad_(i not in problem["frozen"]) for i, p in enumerate(problem["start"])]
    groups = [list(range(len(params)))] if problem["groups"] is None else problem["groups"]
    hypers = [{**DEFAULTS, **problem["hypers"]} for _ in groups]
    opt = kind([{"params": [params[i] for i in group]} for group in groups], lr=0.1)
    values = []
    for step in problem["steps"]:
        for group, n, value in step["writes"]:
            hypers[group][n] = value
        for p, gradient in zip(params, step["grads"], strict=True):
            p.grad = gradient
        for own, theirs in zip(hypers, opt.param_groups, strict=True):
            theirs.update(lr=own["lr"], weight_decay=0 if decoupled else own.get("wd", 0), **options(own))
            for p in theirs["params"] if decoupled else []:
                if p.grad is not None:
                    p.detach().mul_(1 - own["lr"] * own["wd"])
        opt.step()
        values.append([p.detach().clone() for p in params])
    return values


def check_values(got, expected, problem, what=""):
    """Parameters after each step are those expected; the first that is not, in words."""
    # The averages may be written as avg + (1 - β) · (new - avg), too, which rounds as the largest past entry does.
    scale = 1 + max(float(p.abs().max()) for step in [problem["start"], *expected] for p in step if p.numel())
    for k, (came, due) in enumerate(zip(got, expected, strict=True)):
        for i, (p, right) in enumerate(zip(came, due, strict=True)):
            none = "" if problem["steps"][k]["grads"][i] is not None else " (without a gradient at this step)"
            name = f"{what}after step {k + 1}, parameter {'abcdefgh'[i]}{none}"
            assert_close(p, right, what=name, atol=1e-7 * scale)
            assert_dtype(p, right.dtype, what=name)


def check(student, problem, expected):
    """The submission's parameters go where expected."""
    report = student.run("trajectory", problem, as_python=as_code(problem))
    check_values(report["values"], expected, problem)


def check_scheduled(student, name, written):
    """Of four steps the last two are made with other hyper-parameters."""
    grads = [[[k / 4]] for k in (4, -2, 3, -1)]
    drawn = problem(name, [[1.0]], grads, {"lr": 0.1}, writes=[[2, 0, n, v] for n, v in written.items()])
    check(student, drawn, by_torch(drawn, name))
