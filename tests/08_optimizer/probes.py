"""Probes of unit 08: they hand gradients to parameters, let them step, and report what became of them.

Parameters and gradients are the judge's; a parameter is made a leaf here, and each step's gradient is put into
its `grad` before the step. The callbacks that drive Optimizer by itself are made here, and keep a log.
"""

from __future__ import annotations

import copy
from functools import partial
from types import ModuleType
from typing import Any

import torch

from grader.box.names import lookup


def _leaf(value: torch.Tensor, frozen: bool = False) -> torch.Tensor:
    return value.detach().clone().requires_grad_(not frozen)


def _copy(value: torch.Tensor | None) -> torch.Tensor | None:
    return None if value is None else value.detach().clone()


def call_callback(
    module: ModuleType,
    name: str,
    value: torch.Tensor,
    gradient: torch.Tensor | None,
    keywords: dict[str, Any],
) -> dict[str, Any]:
    """One call of a callback, without autograd, with the parameter's gradient and keywords that it may not know.

    "p", "grad": values afterwards; "memory": what lies where the parameter's entries were before; "result": what was
    returned; "keywords": those that it knows, afterwards.
    """
    p = _leaf(value)
    p.grad = _copy(gradient)
    place = p.detach()
    with torch.no_grad():
        known = copy.deepcopy(keywords)
        result = lookup(module, name)(p, **known, unknown="?")
    return {
        "p": _copy(p),
        "grad": _copy(p.grad),
        "memory": place.clone(),
        "result": result,
        "keywords": known,
    }


def call_in_turn(
    module: ModuleType,
    name: str,
    gradients: list[torch.Tensor],
    keywords: dict[str, Any],
    carried: str,
    refill: bool = False,
) -> dict[str, Any]:
    """Calls of a callback, one for each gradient; what it returned as `carried` is a keyword of the next call.

    refill: every gradient is written into the tensor that holds the first one, as zero_ and backward would
    "results": what each call returned as `carried` (or all that it returned, where that has no such key);
    "grads": the gradient after each call; "own": whether what came stays as it is when other numbers are written into
    the gradient's tensor.
    """
    p = _leaf(torch.zeros_like(gradients[0]))
    state: dict[str, Any] = {}
    results, grads, own = [], [], []
    for gradient in gradients:
        if refill and p.grad is not None:
            p.grad.copy_(gradient)
        else:
            p.grad = gradient.clone()
        with torch.no_grad():
            result = lookup(module, name)(p, **keywords, **state, unknown="?")
        grads.append(_copy(p.grad))
        if not isinstance(result, dict) or carried not in result:
            results.append(result)
            break
        state = {carried: result[carried]}
        results.append(copy.deepcopy(result[carried]))
        own.append(_is_own(result[carried], p))
    return {"results": results, "grads": grads, "own": own}


def _is_own(average: Any, p: torch.Tensor) -> bool:
    """Whether writing into p.grad leaves the average alone. p.grad gets its numbers back."""
    if not isinstance(average, torch.Tensor) or p.grad is None:
        return True
    before, gradient = average.detach().clone(), p.grad.detach().clone()
    with torch.no_grad():
        p.grad.copy_(gradient + 1)
        same = torch.equal(average, before)
        p.grad.copy_(gradient)
    return same


def _callbacks(module: ModuleType, names: list[str]) -> list[Any]:
    """The submission's callbacks of those names; "dampened average_grad" is one with dampening=True."""
    return [
        partial(lookup(module, name.split()[1]), dampening=True)
        if name.startswith("dampened ")
        else lookup(module, name)
        for name in names
    ]


class _Run:
    """The parameters of a problem, and an optimizer of the submission's for them."""

    def __init__(self, module: ModuleType, problem: dict[str, Any], values: list[torch.Tensor]) -> None:
        frozen = problem["frozen"]
        self.params = [_leaf(value, i in frozen) for i, value in enumerate(values)]
        self.steps = problem["steps"]
        given: Any = self.params
        if problem["groups"] is not None:
            given = [[self.params[i] for i in group] for group in problem["groups"]]
        if isinstance(problem["optimizer"], str):
            self.opt = lookup(module, problem["optimizer"])(given, **problem["hypers"])
        else:
            cbs = _callbacks(module, problem["optimizer"])
            self.opt = lookup(module, "Optimizer")(given, cbs, **problem["hypers"])
        self.values: list[Any] = []

    def step(self, k: int) -> None:
        """Step number k: hyper-parameters are written, gradients put in place, then it steps."""
        for group, name, value in self.steps[k]["writes"]:
            self.opt.hypers[group][name] = value
        for p, gradient in zip(self.params, self.steps[k]["grads"], strict=True):
            p.grad = _copy(gradient)
        self.opt.step()
        self.values.append([_copy(p) for p in self.params])

    def report(self) -> dict[str, Any]:
        return {"values": self.values}


def trajectory(module: ModuleType, problem: dict[str, Any]) -> dict[str, Any]:
    """All parameters ("values") after each step of a problem.

    A problem: "optimizer", the name of one or a list of names of callbacks; "hypers"; "start", the parameters;
    "frozen", the numbers of those that don't require grad; "groups", lists of numbers of parameters, or None;
    "steps", of each the "grads" and the "writes" [group, name, value] to opt.hypers that come before it.
    """
    run = _Run(module, problem, problem["start"])
    for k in range(len(run.steps)):
        run.step(k)
    return run.report()


def trajectories_by_turns(module: ModuleType, problems: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The reports of several problems, their optimizers alive at once and taking turns."""
    runs = [_Run(module, problem, problem["start"]) for problem in problems]
    for k in range(max(len(run.steps) for run in runs)):
        for run in runs:
            if k < len(run.steps):
                run.step(k)
    return [run.report() for run in runs]


class _Log:
    """Callbacks of two sorts (a function, a partial) that write down their calls.

    kind "counts": returns {"n<i>": how often it was called for this parameter, "last": i}, i being its number
    kind "silent": returns None; "empty": returns {}; "raises": raises RuntimeError("on purpose")
    """

    def __init__(self, kinds: list[str], params: list[torch.Tensor]) -> None:
        self.calls: list[dict[str, Any]] = []
        self.step = 0
        self._params = params
        self.cbs = [self._callback(i, kind) for i, kind in enumerate(kinds)]

    def _callback(self, i: int, kind: str) -> Any:
        def callback(p: Any, **keywords: Any) -> Any:
            return self._called(i, kind, p, keywords)

        def named(sort: int, p: Any, **keywords: Any) -> Any:
            return callback(p, **keywords)

        return (callback, partial(named, i))[i % 2]

    def _called(self, i: int, kind: str, p: Any, keywords: dict[str, Any]) -> Any:
        number = next((k for k, q in enumerate(self._params) if q is p), None)
        known = {k: v for k, v in keywords.items() if isinstance(v, (int, float, str, bool, type(None)))}
        self.calls.append(
            {"step": self.step, "cb": i, "param": number, "known": known, "grad": torch.is_grad_enabled()}
        )
        if kind == "raises":
            raise RuntimeError("on purpose")
        if kind == "counts":
            return {f"n{i}": keywords.get(f"n{i}", 0) + 1, "last": i}
        return {} if kind == "empty" else None


def scripted(module: ModuleType, scripts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One optimizer for each script, alive at once and taking turns; what each of them did.

    A script: "groups", how many parameters each of them has; "given", how they are handed over: "list", "generator",
    "iterator" or "tuple" (of the one group), or "groups" (a list of lists); "cbs", kinds of callbacks; "hypers";
    "steps", of each "grads" (a number that fills the gradient of that parameter, None: it has none), "writes"
    [group, name, value], and "zero", whether zero_grad is called after it.

    "calls": of each callback in turn {"step", "cb", "param": its number, None for something else, "known": keywords
    that are plain, "grad": whether autograd was on}; "grads": numbers, or None, as above, after each step; "hypers":
    those in the end; "raised": the exception, if any; "grad": whether autograd is on afterwards; "stays_off": whether
    one more step without autograd, if none has raised, leaves it off; "kept": whether the caller's lists are unchanged.
    """
    stages = [_Stage(module, script) for script in scripts]
    for k in range(max(len(script["steps"]) for script in scripts)):
        for stage in stages:
            if k < len(stage.script["steps"]):
                stage.step(k)
    reports = [stage.report() for stage in stages]
    torch.set_grad_enabled(True)
    return reports


def counted(
    module: ModuleType, parameters: int, optimizers: int, steps: int, frozen: bool = False
) -> list[list[Any]]:
    """What a callback that counts its calls, and always returns the same dict, finds in the state: entries
    [optimizer, parameter, step, the number that it finds as `step`]. What it returns is the number of the call.

    All optimizers have the same parameters, and step in turn. frozen: the parameters don't require grad until the
    optimizers are made.
    """
    params = [_leaf(torch.zeros(2), frozen) for _ in range(parameters)]
    entries: list[list[Any]] = []
    now = [0, 0]

    def counting() -> Any:
        answer: dict[str, Any] = {}

        def cb(p: Any, step: Any = None, **_: Any) -> dict[str, Any]:
            which = next(k for k, q in enumerate(params) if q is p)
            entries.append([now[0], which, now[1], step])
            answer["step"] = len(entries)
            return answer

        return cb

    made = [lookup(module, "Optimizer")(params, [counting()], lr=0.1) for _ in range(optimizers)]
    for p in params:
        p.requires_grad_()
    for now[1] in range(steps):
        for now[0], opt in enumerate(made):
            for p in params:
                p.grad = torch.ones_like(p)
            opt.step()
    return entries


class _Stage:
    def __init__(self, module: ModuleType, script: dict[str, Any]) -> None:
        self.script = script
        self.params = [_leaf(torch.zeros(1)) for _ in range(sum(script["groups"]))]
        rest = iter(self.params)
        self.nested = [[next(rest) for _ in range(size)] for size in script["groups"]]
        self.log = _Log(script["cbs"], self.params)
        self.lists = (self.nested, *self.nested, self.log.cbs)
        self.before = [list(given) for given in self.lists]
        flat = self.nested[0]
        given = {
            "list": lambda: flat,
            "generator": lambda: (p for p in flat),
            "iterator": lambda: iter(flat),
            "tuple": lambda: tuple(flat),
            "groups": lambda: self.nested,
        }[script["given"]]()
        self.opt = lookup(module, "Optimizer")(given, self.log.cbs, **script["hypers"])
        self.raised: str | None = None
        self.grads: list[list[float | None]] = []

    def step(self, k: int) -> None:
        self.log.step = k
        for group, name, value in self.script["steps"][k]["writes"]:
            self.opt.hypers[group][name] = value
        for p, number in zip(self.params, self.script["steps"][k]["grads"], strict=True):
            p.grad = None if number is None else torch.full((1,), float(number))
        try:
            self.opt.step()
        except RuntimeError as error:
            if "on purpose" not in str(error):
                raise
            self.raised = str(error)
        self.grads.append([None if p.grad is None else float(p.grad) for p in self.params])
        if self.script["steps"][k]["zero"]:
            self.opt.zero_grad()

    def _stays_off(self) -> bool:
        with torch.no_grad():
            self.opt.step()
            return not torch.is_grad_enabled()

    def report(self) -> dict[str, Any]:
        def same(a: list[Any], b: list[Any]) -> bool:
            return len(a) == len(b) and all(x is y for x, y in zip(a, b, strict=True))

        return {
            "calls": list(self.log.calls),
            "grads": self.grads,
            "hypers": [dict(hypers) for hypers in self.opt.hypers],
            "raised": self.raised,
            "grad": torch.is_grad_enabled(),
            "stays_off": bool(self.raised) or self._stays_off(),
            "kept": all(same(a, b) for a, b in zip(self.before, self.lists, strict=True)),
        }


def zero_grads(
    module: ModuleType, values: list[torch.Tensor], how: list[str], groups: list[list[int]] | None
) -> list[Any]:
    """What zero_grad leaves in each parameter after its loss p³ went backward.

    how: "plain", "history" (with create_graph) or "frozen" (from then on)
    Of each parameter: "grad" (None or its value), "history" (whether autograd has any), "p".
    """
    params = [_leaf(value) for value in values]
    given: Any = (p for p in params) if groups is None else [[params[i] for i in g] for g in groups]
    opt = lookup(module, "Optimizer")(given, [], lr=1.0)
    for p, way in zip(params, how, strict=True):
        p.grad = torch.autograd.grad((p**3).sum(), p, create_graph=way == "history")[0]
        p.requires_grad_(way != "frozen")
    opt.zero_grad()
    return [
        {
            "grad": _copy(p.grad),
            "history": p.grad is not None and (p.grad.requires_grad or p.grad.grad_fn is not None),
            "p": _copy(p),
        }
        for p in params
    ]


def _pull(
    p: torch.Tensor, lr: float, mom: float, total: Any = None, count: int = 0, **_: Any
) -> dict[str, Any]:
    """A callback whose state is a tensor that it changes in place, and a number."""
    total = torch.zeros_like(p) if total is None else total
    total.mul_(mom).add_(p.grad)
    p.sub_(lr * (count + 1) * total)
    return {"total": total, "count": count + 1}


class _Pulled(_Run):
    """A problem's parameters under an Optimizer with the callback _pull, whatever optimizer it names."""

    def __init__(self, module: ModuleType, problem: dict[str, Any], values: list[torch.Tensor]) -> None:
        super().__init__(module, {**problem, "optimizer": []}, values)
        given: Any = self.params
        if problem["groups"] is not None:
            given = [[self.params[i] for i in group] for group in problem["groups"]]
        self.opt = lookup(module, "Optimizer")(given, [_pull], **problem["hypers"])


def resume(
    module: ModuleType, problem: dict[str, Any], at: int, anew: dict[str, Any], order: str
) -> dict[str, Any]:
    """A problem's run under _pull that is saved after `at` steps, and other optimizers that go on from there.

    anew:  hyper-parameters that those others are made with
    order: "load first": load, then the old one goes on, then the new one; "old first": the old one goes on before
           anything is loaded; "by turns": both step by turns; "twice": two new ones load the same, one after the other
    "old", "new": the values after each of the later steps; "hypers": of the new one, right after it loaded.
    """
    old = _Pulled(module, problem, problem["start"])
    for k in range(at):
        old.step(k)
    values = [p.detach().clone() for p in old.params]
    saved = old.opt.state_dict()
    later = range(at, len(old.steps))
    fresh = _Pulled(module, {**problem, "hypers": anew}, values)
    if order == "old first":
        for k in later:
            old.step(k)
    fresh.opt.load_state_dict(saved)
    hypers = copy.deepcopy([dict(h) for h in fresh.opt.hypers])
    if order == "by turns":
        for k in later:
            old.step(k)
            fresh.step(k)
    elif order == "load first":
        for k in later:
            old.step(k)
    if order == "twice":
        for k in later:
            fresh.step(k)
        for k in later:
            old.step(k)
        fresh = _Pulled(module, {**problem, "hypers": anew}, values)
        fresh.opt.load_state_dict(saved)
    if order != "by turns":
        for k in later:
            fresh.step(k)
    return {"old": old.values[at:], "new": fresh.values, "hypers": hypers}
