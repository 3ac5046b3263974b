"""Probes of unit 07: they ask schedules for values, and drive the two callbacks by a stand-in for a runner.

The stand-in fires events and keeps what callbacks may read. It notes true answers, and lets nobody cancel anything.
Schedules that a test needs, and is not about, are made here, of plain data.
"""

from __future__ import annotations

import contextlib
import gc
import weakref
from collections.abc import Callable, Sequence
from functools import partial
from types import ModuleType
from typing import Any

import torch

from grader.box.names import lookup

Schedule = Callable[[float], Any]


def warm() -> None:
    """Import matplotlib and draw once, before a box is walled in: afterwards there is no folder for its caches."""
    with contextlib.suppress(ImportError):
        plt = _pyplot()
        plt.plot([0.0, 1.0])
        plt.gcf().canvas.draw()
        plt.close("all")


def _pyplot() -> Any:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    return pyplot


# Schedules


def values(module: ModuleType, made: list[list[Any]], asks: list[list[Any]]) -> list[Any]:
    """Make schedules, ask them: the answers.

    made: [name of a function of the module, start, end] for each
    asks: [number of the schedule, position], in order
    """
    schedules = [lookup(module, name)(start, end) for name, start, end in made]
    return [schedules[i](pos) for i, pos in asks]


def annealed(module: ModuleType, made: list[list[Any]], asks: list[list[Any]]) -> list[Any]:
    """As `values`, with functions of the probe's own: f(start, end, pos) is [name of f, start, end, pos]."""

    def new(name: str) -> Any:
        def f(start: Any, end: Any, pos: Any) -> list[Any]:
            return [name, start, end, pos]

        return lookup(module, "annealer")(f)

    functions = {name: new(name) for name in dict.fromkeys(name for name, _, _ in made)}
    schedules = [functions[name](start, end) for name, start, end in made]
    return [schedules[i](pos) for i, pos in asks]


def _phase(number: int) -> Schedule:
    return lambda pos: 10 * number + float(pos)


def _tree(module: ModuleType, tree: Any) -> Schedule:
    """Phase number n for a number, else combine_scheds(shares, phases) for [shares, [tree, ...]]."""
    if isinstance(tree, int):
        return _phase(tree)
    shares, phases = tree
    schedule: Schedule = lookup(module, "combine_scheds")(shares, [_tree(module, phase) for phase in phases])
    return schedule


def combined(module: ModuleType, trees: list[Any], asks: list[list[Any]]) -> list[Any]:
    """Combine phases, phase number n being 10 · n plus the position that it is asked at. The answers.

    trees: for each schedule [shares, [phase, ...]], a phase being its number or such a pair again
    asks:  [number of the schedule, position], in order
    """
    schedules = [_tree(module, tree) for tree in trees]
    return [schedules[i](pos) for i, pos in asks]


def combine_only(module: ModuleType, shares: list[float], count: int) -> str:
    """combine_scheds of so many schedules: the name of the class of what came."""
    return type(lookup(module, "combine_scheds")(shares, [_phase(n) for n in range(1, count + 1)])).__name__


def combine_and_look(module: ModuleType, shares: list[float], positions: list[float]) -> dict[str, Any]:
    """What combine_scheds, and asking its schedule, left of the lists that were passed: {"shares", "phases"}.

    phases: the numbers of the schedules in the list, 0 for one that was not there before
    """
    phases = [_phase(n) for n in range(1, len(shares) + 1)]
    passed = list(phases)
    schedule = lookup(module, "combine_scheds")(shares, passed)
    for pos in positions:
        schedule(pos)
    numbers = {id(phase): n for n, phase in enumerate(phases, 1)}
    return {"shares": shares, "phases": [numbers.get(id(phase), 0) for phase in passed]}


def one_cycle(module: ModuleType, start: float, high: float, end: float, positions: list[float]) -> list[Any]:
    """[answers of the first, answers of the second] of what cos_1cycle_anneal(start, high, end) is made of."""
    halves = lookup(module, "cos_1cycle_anneal")(start, high, end)
    if not isinstance(halves, (list, tuple)):
        return [type(halves).__name__]
    return [[half(pos) for pos in positions] for half in halves]


def one_cycle_combined(
    module: ModuleType, shares: list[float], cycle: list[float], positions: list[float]
) -> list[Any]:
    """Answers of combine_scheds(shares, cos_1cycle_anneal(*cycle))."""
    schedule = lookup(module, "combine_scheds")(shares, lookup(module, "cos_1cycle_anneal")(*cycle))
    return [schedule(pos) for pos in positions]


# Callbacks


class _Run:
    """Stands in for a runner: goes through epochs and batches and fires their events on its callbacks."""

    def __init__(self, opt: Any, loss_of: Callable[[Any], torch.Tensor], *callbacks: Any) -> None:
        self.opt, self.loss_of = opt, loss_of
        self.n_epochs, self.n_iter, self.in_train, self.stop = 0.0, 0, False, False
        for cb in callbacks:
            if hasattr(cb, "set_runner"):
                cb.set_runner(self)
        self.cbs = sorted(callbacks, key=lambda cb: getattr(cb, "_order", 0))
        self.true_answers: list[str] = []

    def _fire(self, event: str) -> None:
        for cb in self.cbs:
            if getattr(cb, event, lambda: None)():
                self.true_answers.append(event)

    def fit(self, epochs: Sequence[tuple[Sequence[Any], Sequence[Any]]]) -> None:
        """epochs: (batches of training, batches of validation) of each. A batch is what loss_of takes."""
        self.epochs = len(epochs)
        self._fire("begin_fit")
        for self.epoch, (train, valid) in enumerate(epochs):
            self.in_train, self.iters, self.n_epochs = True, len(train), float(self.epoch)
            self._fire("begin_epoch")
            for k, batch in enumerate(train, 1):
                self._batch(batch)
                self.n_iter, self.n_epochs = self.n_iter + 1, self.epoch + k / len(train)
            self.in_train, self.iters, self.n_epochs = False, len(valid), self.epoch + 1.0
            self._fire("begin_validate")
            with torch.no_grad():
                for batch in valid:
                    self._batch(batch)
            self._fire("after_epoch")
        self._fire("after_fit")

    def _batch(self, batch: Any) -> None:
        self.xb = self.yb = batch
        self._fire("begin_batch")
        self.pred = self.loss = self.loss_of(batch)
        self._fire("after_pred")
        self._fire("after_loss")
        if self.in_train:
            self.loss.backward()
            self._fire("after_backward")
            self.opt.step()
            self._fire("after_step")
            self.opt.zero_grad()
        self._fire("after_batch")


class _Groups:
    """An optimizer with param groups that only looks like one."""

    def __init__(self, groups: list[dict[str, Any]]) -> None:
        self.param_groups = [{"params": [], **group} for group in groups]

    def step(self) -> None:
        pass

    def zero_grad(self) -> None:
        pass


class _SetsRates:
    """Sets the groups' learning rates at each training batch: to those that come with it."""

    _order = 1

    def set_runner(self, run: _Run) -> None:
        self.run = run

    def begin_batch(self) -> None:
        if self.run.in_train:
            rates, _ = self.run.xb
            for group, lr in zip(self.run.opt.param_groups, rates, strict=True):
                group["lr"] = lr


def _record(
    recorders: list[Any], epochs: list[Any], loss_of: Callable[[Any], torch.Tensor] | None = None
) -> _Run:
    """One fit, the learning rates being set by a callback of order 1; batches as in `record`."""
    weight = torch.ones((), requires_grad=True)
    first = next((batch for train, _ in epochs for batch in train), [[0.0], 0.0])
    opt = _Groups([{"lr": 77.0} for _ in first[0]])
    run = _Run(opt, loss_of or (lambda batch: weight * batch[1]), *recorders, _SetsRates())
    run.fit(epochs)
    return run


def record(module: ModuleType, fits: list[Any], recorders: int = 1) -> list[Any]:
    """What recorders noted in each fit: [fit][recorder] is {"lrs", "losses"}.

    fits: for each fit its epochs, for each epoch [training batches, validation batches]; a batch is
          [learning rate of each param group, loss]
    """
    cbs = [lookup(module, "Recorder")() for _ in range(recorders)]
    noted = []
    for epochs in fits:
        _record(cbs, epochs)
        noted.append([{"lrs": _as_it_is(cb.lrs), "losses": _as_it_is(cb.losses)} for cb in cbs])
    return noted


def _as_it_is(notes: Any) -> Any:
    """A list of its own, which the next fit cannot empty; what is no list stays what it is."""
    return list(notes) if isinstance(notes, (list, tuple)) else notes


def true_answers(module: ModuleType, epochs: list[Any]) -> dict[str, list[str]]:
    """The events at which a Recorder, and a ParamScheduler, answer something true in a fit; batches as in `record`."""
    made = {
        "Recorder": lookup(module, "Recorder")(),
        "ParamScheduler": _scheduler(module, "lr", ("function", 1.0, 2.0)),
    }
    return {name: list(dict.fromkeys(_record([cb], epochs).true_answers)) for name, cb in made.items()}


class _Mark:
    """Lives as long as the graph that it is hooked into."""

    def __call__(self, gradient: torch.Tensor) -> None:
        pass


def graphs(module: ModuleType, losses: list[float]) -> dict[str, Any]:
    """Record training batches with such losses: {"losses": those noted, "alive": for each batch but the last,
    whether the graph of its loss is still there}."""
    weight = torch.ones((), requires_grad=True)
    marks: list[weakref.ref[_Mark]] = []

    def loss_of(batch: Any) -> torch.Tensor:
        activation = weight * batch[1]
        mark = _Mark()
        marks.append(weakref.ref(mark))
        activation.register_hook(mark)
        return activation * 1.0

    recorder = lookup(module, "Recorder")()
    _record([recorder], [[[[[0.5], loss] for loss in losses], []]], loss_of)
    if any(mark() for mark in marks[:-1]):
        gc.collect()
    return {"losses": recorder.losses, "alive": [mark() is not None for mark in marks[:-1]]}


def plot(
    module: ModuleType,
    method: str,
    epochs: list[Any],
    panels: int,
    current: int,
    dtype: torch.dtype = torch.float32,
) -> dict[str, Any]:
    """Record a fit with losses of that dtype, make a figure with so many axes, the one called `current` being the
    current ones, and plot.

    "points": [x, y] of what was drawn on those axes, in the order of x; "elsewhere": how many lines and clouds
    of points are on other axes; "figures": how many there are. Without panels there is no figure before.
    """
    plt = _pyplot()
    recorder = lookup(module, "Recorder")()
    weight = torch.ones((), dtype=dtype, requires_grad=True)
    _record([recorder], epochs, lambda batch: weight * batch[1])
    plt.close("all")
    axes = plt.figure().subplots(1, panels, squeeze=False)[0] if panels else []
    if panels:
        plt.sca(axes[current])
    getattr(recorder, method)()
    here = axes[current] if panels else plt.gca()
    others = [ax for n in plt.get_fignums() for ax in plt.figure(n).axes if ax is not here]
    report = {
        "points": sorted(_points(here), key=lambda point: point[0]),
        "elsewhere": sum(len(ax.lines) + len(ax.collections) for ax in others),
        "figures": len(plt.get_fignums()),
    }
    plt.close("all")
    return report


def _points(ax: Any) -> list[list[float]]:
    lines = [xy for line in ax.lines for xy in zip(line.get_xdata(), line.get_ydata(), strict=True)]
    clouds = [xy for cloud in ax.collections for xy in cloud.get_offsets()]
    return [[float(x), float(y)] for x, y in [*lines, *clouds]]


class _Line:
    """The schedule a + b · pos, as an object that can be called."""

    def __init__(self, a: float, b: float) -> None:
        self.a, self.b = a, b

    def __call__(self, pos: float) -> float:
        return self.a + self.b * pos


def _line(kind: str, a: float, b: float) -> Schedule:
    if kind == "object":
        return _Line(a, b)
    if kind == "partial":
        return partial(lambda a, b, pos: a + b * pos, a, b)
    return lambda pos: a + b * pos


def _scheduler(module: ModuleType, pname: str, lines: Any) -> Any:
    made = [_line(*line) for line in lines] if isinstance(lines, list) else _line(*lines)
    return lookup(module, "ParamScheduler")(pname, made)


class _Looks:
    """Notes the groups when all that has to be done at the beginning of a batch is done, and adds groups later.

    It keeps the groups that the optimizer began with: to set a parameter in a copy of them is not to set it.
    """

    _order = 100

    def __init__(self, joins: dict[int, dict[str, Any]]) -> None:
        self.joins = joins
        self.seen: list[Any] = []

    def set_runner(self, run: _Run) -> None:
        self.run, self.groups = run, list(run.opt.param_groups)

    def begin_batch(self) -> None:
        self.seen.append([{k: v for k, v in group.items() if k != "params"} for group in self.groups])

    def after_batch(self) -> None:
        if self.run.in_train and (group := self.joins.get(self.run.n_iter)):
            self.groups.append({"params": [], **group})
            self.run.opt.param_groups.append(self.groups[-1])


def schedule(
    module: ModuleType,
    schedulers: list[list[Any]],
    fits: list[Any],
    joins: dict[int, dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """What ParamSchedulers made of param groups.

    schedulers: [name of the parameter, (kind, a, b) for the schedule a + b · pos, or a list of such] for each
    fits:       for each fit [groups, [[training batches, validation batches] of each epoch]], groups being dicts
    joins:      groups that are added after training batch number so-and-so, counted from 0

    "seen":   for each fit, for each batch, of training or not, the groups after begin_batch, without "params"
    "orders": _order of each scheduler
    """
    cbs = [_scheduler(module, pname, lines) for pname, lines in schedulers]
    weight = torch.ones((), requires_grad=True)
    seen = []
    for groups, epochs in fits:
        looks = _Looks(joins or {})
        run = _Run(_Groups(groups), lambda _: weight * 1.0, *cbs, looks)
        run.fit([(range(train), range(valid)) for train, valid in epochs])
        seen.append(looks.seen)
    return {"seen": seen, "orders": [getattr(cb, "_order", None) for cb in cbs]}


def descend(module: ModuleType, lines: Any, targets: list[float], epochs: list[list[int]]) -> list[float]:
    """The weights after a fit by torch.optim.SGD, each in a group of its own, from 0, lr scheduled by `lines`.

    The loss is the sum of (weight - target)² / 2; lines and epochs as in `schedule`.
    """
    weights = [torch.zeros((), requires_grad=True) for _ in targets]
    opt = torch.optim.SGD([{"params": [w]} for w in weights], lr=7.0)

    def loss_of(_: Any) -> torch.Tensor:
        return torch.stack([(w - t) ** 2 / 2 for w, t in zip(weights, targets, strict=True)]).sum()

    run = _Run(opt, loss_of, _scheduler(module, "lr", lines))
    run.fit([(range(train), range(valid)) for train, valid in epochs])
    return [w.item() for w in weights]
