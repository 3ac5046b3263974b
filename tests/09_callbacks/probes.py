"""Probes of unit 09: scripts of callbacks, run through the Learner; callbacks, driven by a stand-in where that will do.

A script is plain data (grader/suite/scripts.py says what is in it); its acts of kind "raise" name an exception of the
submission, such as CancelBatchException, or a built-in one. What a probe reports of a fit is the trace of the stand-ins
(grader/box/standins.py), with an entry ["asked", {...}] for each time that a callback heard an event.

The stand-in for a learner only holds what callbacks read; the probes fire the events one by one.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import torch
from torch import nn

from grader.box.errors import NotImplementedYet
from grader.box.standins import Loader, Loss, Model, Optimizer, Trace

BEFORE_BACKWARD = ["before_batch", "after_pred", "after_loss"]
EVENTS = [
    *("before_fit", "before_epoch", "before_train", *BEFORE_BACKWARD, "after_backward", "after_step"),
    *("after_cancel_batch", "after_batch", "after_cancel_train", "after_train", "before_validate"),
    *("after_cancel_validate", "after_validate", "after_cancel_epoch", "after_epoch", "after_cancel_fit"),
    "after_fit",
]
READ = ["epoch", "n_epoch", "iter", "n_iter", "training"]


def _get(module: ModuleType, name: str) -> Any:
    if not hasattr(module, name):
        raise NotImplementedYet(f"{name} is not defined")
    return getattr(module, name)


def _exception(module: ModuleType, name: str) -> Any:
    return getattr(builtins, name) if hasattr(builtins, name) else _get(module, name)


def _number(value: Any) -> Any:
    """A number or a tensor of one entry as a float; anything else as it is."""
    try:
        return float(value.detach() if isinstance(value, torch.Tensor) else value)
    except (TypeError, ValueError, RuntimeError):
        return value


def _learner(
    module: ModuleType,
    trace: Trace,
    train: Any,
    valid: Any,
    cbs: list[Any] | None = None,
    *,
    model: Any = None,
    loss_func: Any = None,
    opt_func: Any = None,
    lr: float = 1.0,
    **options: Any,
) -> Any:
    """The submission's Learner, of stand-ins where nothing else is said; train and valid may be lists of sizes."""
    torch.set_grad_enabled(True)  # an earlier fit of wrong work may have left it off
    if isinstance(train, list):
        train, valid = Loader(trace, train), Loader(trace, valid, first=len(train))
    model = Model(trace) if model is None else model

    def stand_in(params: Any, lr: float) -> Any:
        params = list(params)
        trace.note("opt", lr=lr, params=len(params) == 1 and params[0] is model.weight)
        return Optimizer(trace, model, lr)

    dls = SimpleNamespace(train=train, valid=valid)
    return _get(module, "Learner")(
        dls,
        model,
        loss_func or Loss(trace),
        opt_func or stand_in,
        lr,
        **({"cbs": cbs} if cbs else {}),
        **options,
    )


def _watch(module: ModuleType, wishes: dict[str, Any] | None = None, **functions: Any) -> Any:
    """A callback made of functions of the callback itself, called at the events that they are named after."""

    def method(function: Any) -> Any:
        return lambda self: function(self)

    body = {event: method(function) for event, function in functions.items()}
    return type("Watch", (_get(module, "Callback"),), {**body, **(wishes or {})})()


def _scripted(module: ModuleType, i: int, acts: list[dict[str, Any]], trace: Trace) -> Any:
    """A callback that hears all events, notes them, and raises what its acts say."""

    def method(event: str) -> Any:
        asked = 0

        def method(self: Any) -> None:
            nonlocal asked
            raised = [a["value"] for a in acts if (a["event"], a["nth"]) == (event, asked)]
            state = {name: getattr(self.learn, name, None) for name in READ}
            trace.note("asked", cb=i, event=event, raises=bool(raised), **state)
            asked += 1
            if raised:
                raise _exception(module, raised[0])("on purpose")

        return method

    body = {event: method(event) for event in EVENTS}
    return type(chr(ord("A") + i), (_get(module, "Callback"),), body)()


class _Raising(Model):
    """A stand-in model that raises at its nth call."""

    def __init__(self, trace: Trace, nth: int, exception: Any) -> None:
        super().__init__(trace)
        self._nth, self._exception = nth, exception

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        pred = super().forward(x)
        self._nth -= 1
        if self._nth == -1:
            raise self._exception("on purpose")
        return pred


def fit(
    module: ModuleType, script: dict[str, Any], fits: int = 1, model_raises: list[Any] | None = None
) -> list[Any]:
    """Traces of that many fits of one learner; each ends with ["over", {"raised": name or None}].

    model_raises: [nth, exception]: the model raises that at its nth call
    """
    trace = Trace()
    cbs = [_scripted(module, i, cb["acts"], trace) for i, cb in enumerate(script["callbacks"])]
    model = _Raising(trace, model_raises[0], _exception(module, model_raises[1])) if model_raises else None
    learn = _learner(module, trace, script["train"], script["valid"], cbs, model=model)
    traces = []
    for _ in range(fits):
        trace.entries = []
        raised = None
        try:
            learn.fit(script["epochs"])
        except (Exception, KeyboardInterrupt) as error:
            if "on purpose" not in str(error):
                raise
            raised = type(error).__name__
        trace.note("over", raised=raised)
        traces.append(trace.entries)
    return traces


def made(module: ModuleType, lr: float, fits: int, cbs: bool) -> list[Any]:
    """The trace of a learner that is made with that lr, with an empty list of cbs or none, and fits that often."""
    trace = Trace()
    learn = _learner(module, trace, [1, 1], [1], lr=lr, **({"cbs": []} if cbs else {}))
    for _ in range(fits):
        learn.fit(1)
    return trace.entries


def look(module: ModuleType, script: dict[str, Any], lr: float) -> list[Any]:
    """What a callback reads of the learner, through self, at each after_loss, and at before_fit and after_fit.

    Objects are told as whether they are the ones that were given; tensors as they are.
    """
    trace = Trace()
    seen: list[Any] = []
    made: list[Any] = []
    model, loss_func = Model(trace), Loss(trace)
    train, valid = Loader(trace, script["train"]), Loader(trace, script["valid"], first=len(script["train"]))

    def opt_func(params: Any, lr: float) -> Any:
        made.append(Optimizer(trace, model, lr))
        return made[-1]

    def given(self: Any) -> dict[str, Any]:
        kinds = {type(cb).__name__ for cb in self.cbs}
        return {
            "model": self.model is model,
            "dls": self.dls.train is train and self.dls.valid is valid,
            "loss_func": self.loss_func is loss_func,
            "opt_func": self.opt_func is opt_func,
            "opt": bool(made) and self.opt is made[-1],
            "cbs": {"TrainEvalCallback", "Recorder", "Watch"} <= kinds,
            "recorder": type(self.recorder).__name__ == "Recorder",
            "learn": self.learn is learn,
            "n_epoch": self.n_epoch == script["epochs"],
        }

    def batch(self: Any) -> dict[str, Any]:
        copies = {name: getattr(self, name).detach().clone() for name in ("x", "y", "pred", "loss")}
        return {
            **copies,
            "xb": _tuple_of(self.xb, self.x),
            "yb": _tuple_of(self.yb, self.y),
            "dl": "train" if self.dl is train else "valid" if self.dl is valid else "neither",
            **{name: getattr(self, name) for name in ("epoch", "iter", "n_iter", "n_epoch")},
            "weight": model.weight.item(),
        }

    def note(moment: str, what: Any) -> Any:
        return lambda self: seen.append([moment, what(self)])

    watch = _watch(
        module,
        before_fit=note("before_fit", given),
        after_loss=note("after_loss", batch),
        after_fit=note("after_fit", given),
    )
    dls = SimpleNamespace(train=train, valid=valid)
    torch.set_grad_enabled(True)
    learn = _get(module, "Learner")(dls, model, loss_func, opt_func, lr, [watch])
    learn.fit(script["epochs"])
    return seen


def _tuple_of(batch: Any, entry: Any) -> bool:
    """Whether it is a tuple of that one thing."""
    return isinstance(batch, tuple) and len(batch) == 1 and batch[0] is entry


class _Several(nn.Module):
    """Σ of the inputs times the weight; notes how many came, and their sums."""

    def __init__(self, trace: Trace) -> None:
        super().__init__()
        self._trace = trace
        self.weight = nn.Parameter(torch.ones((), dtype=torch.float64))

    def forward(self, *inputs: Any) -> torch.Tensor:
        tensors = all(isinstance(x, torch.Tensor) for x in inputs)
        self._trace.note("inputs", sums=[x.sum().item() for x in inputs] if tensors else None, n=len(inputs))
        total: torch.Tensor = sum(inputs) * self.weight
        return total


def several(module: ModuleType, inputs: int, targets: int, kind: str) -> dict[str, Any]:
    """One training batch whose xb holds that many inputs and whose yb that many targets, in a "tuple" or "list".

    "inputs": what the model was called with; "targets": how many targets the loss was, "xb", "yb": [class, length]
    as a callback reads them, "x", "y": whether they are the only entry, or else the whole.
    """
    trace = Trace()
    pack: Any = tuple if kind == "tuple" else list
    report: dict[str, Any] = {}

    def side(n: int) -> Any:
        tensors = [torch.full((2, 1), 2.0**k, dtype=torch.float64) for k in range(n)]
        return tensors[0] if n == 1 and kind == "bare" else pack(tensors)

    def loss_func(pred: Any, *ys: Any) -> torch.Tensor:
        report["targets"] = [y.sum().item() if isinstance(y, torch.Tensor) else None for y in ys]
        return (pred - sum(ys)).mean()

    def before_batch(self: Any) -> None:
        for name, one in (("xb", "x"), ("yb", "y")):
            whole, short = getattr(self, name), getattr(self, one)
            report[name] = [type(whole).__name__, len(whole)]
            if len(whole) == 1:
                report[one] = short is whole[0]
            else:
                report[one] = isinstance(short, (tuple, list)) and all(
                    a is b for a, b in zip(short, whole, strict=True)
                )

    batches = [(side(inputs), side(targets))]
    dl = _Batches(batches)
    learn = _learner(
        module,
        trace,
        dl,
        _Batches(batches),
        [_watch(module, before_batch=before_batch)],
        model=_Several(trace),
        loss_func=loss_func,
    )
    learn.fit(1)
    return {**report, "inputs": [d["sums"] for what, d in trace.entries if what == "inputs"]}


class _Batches:
    """Batches as they are; it has a length, and can be iterated again, but is no list."""

    def __init__(self, batches: list[Any]) -> None:
        self._batches = batches

    def __len__(self) -> int:
        return len(self._batches)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._batches)


def meddle(
    module: ModuleType,
    sizes: list[int],
    event: str,
    change: dict[str, tuple[float, float]],
    through: str = "learn",
) -> list[Any]:
    """The trace of one epoch in which a callback changes attributes at `event` of every training batch.

    change:  self.learn.NAME becomes NAME * factor + summand (xb, yb: a tuple of their only entry, so changed)
    through: "learn", or "self": the callback sets its own attribute
    """

    def do(self: Any) -> None:
        for name, (factor, summand) in change.items():
            old = getattr(self.learn, name)
            new = tuple(o * factor + summand for o in old) if name in ("xb", "yb") else old * factor + summand
            setattr(self.learn if through == "learn" else self, name, new)

    trace = Trace()
    _learner(module, trace, sizes, [1], [_watch(module, **{event: do})]).fit(1)
    return trace.entries


def replace(module: ModuleType, name: str, event: str) -> list[Any]:
    """The trace of one epoch of two batches in which a callback puts a new loss_func, opt or model in place, at `event`
    of the second training batch. What the new one does is noted as "new loss", "new step" or "new forward"."""
    trace, batches = Trace(), 0

    def do(self: Any) -> None:
        nonlocal batches
        batches += 1
        if batches != 2:
            return
        if name == "loss_func":

            def new(pred: Any, y: Any) -> Any:
                trace.note("new loss")
                return (pred - y).mean()

        elif name == "opt":
            new = SimpleNamespace(step=lambda: trace.note("new step"), zero_grad=lambda: None)
        else:
            new = _NewModel(trace)
        setattr(self.learn, name, new)

    _learner(module, trace, [1, 1], [1], [_watch(module, **{event: do})]).fit(1)
    return trace.entries


class _NewModel(Model):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        pred = super().forward(x)
        self._trace.note("new forward")
        return pred


def _tried(function: Any) -> Any:
    try:
        return function()
    except AttributeError:
        return "AttributeError"


def reads(
    module: ModuleType, learners: list[dict[str, Any]], own: dict[str, Any], names: list[str]
) -> list[Any]:
    """What a callback reads under `names`, from each of the learners in turn: [values, values after the learner's
    attributes all became [value]]. own: attributes that the callback has itself."""
    callback = type("Reader", (_get(module, "Callback"),), {})()
    for name, value in own.items():
        setattr(callback, name, value)
    report = []
    for attributes in learners:
        learn = callback.learn = SimpleNamespace(**attributes)
        read = {name: _tried(lambda name=name: getattr(callback, name)) for name in names}
        for name, value in attributes.items():
            setattr(learn, name, [value])
        later = {name: _tried(lambda name=name: getattr(callback, name)) for name in names}
        report.append([read, later])
    return report


def writes(module: ModuleType) -> dict[str, Any]:
    """loss of a learner and of two callbacks of it, after the first callback set self.loss, then self.learn.loss."""
    one, two = _get(module, "Callback")(), _get(module, "Callback")()
    one.learn = two.learn = learn = SimpleNamespace(loss="learner's")
    one.loss = "own"
    report = {"after self.loss": [learn.loss, one.loss, two.loss]}
    one.learn.loss = "new"
    return {**report, "after self.learn.loss": [learn.loss, one.loss, two.loss]}


def reads_too_early(module: ModuleType, name: str) -> Any:
    """What a callback reads under that name before it has a learner."""
    return getattr(type("Early", (_get(module, "Callback"),), {})(), name)


def events(module: ModuleType, names: list[str]) -> list[str]:
    """Which of the names `event` has as attributes."""
    listed = _get(module, "event")
    return [name for name in names if hasattr(listed, name)]


def _wishing(
    module: ModuleType, wishes: list[dict[str, Any]], kind: str, bodies: list[dict[str, Any]]
) -> list[Any]:
    """A callback for each of the wishes {"before": [numbers], "after": [numbers]}, of a class of its own.

    kind: how several classes are wished for: "list" or "tuple"; one alone is "class" itself, if that is the kind
    """
    classes: list[Any] = [
        type(chr(ord("A") + i), (_get(module, "Callback"),), body) for i, body in enumerate(bodies)
    ]
    for cls, wish in zip(classes, wishes, strict=True):
        for name, numbers in (("run_before", wish["before"]), ("run_after", wish["after"])):
            wanted = [classes[k] for k in numbers]
            if len(wanted) == 1 and kind == "class":
                setattr(cls, name, wanted[0])
            elif wanted:
                setattr(cls, name, tuple(wanted) if kind == "tuple" else wanted)
    return [cls() for cls in classes]


def sort(module: ModuleType, wishes: list[dict[str, Any]], given: list[int], kind: str) -> dict[str, Any]:
    """sort_callbacks of the wishing callbacks, given in that order: their numbers in the result (None for what was not
    given), and whether the list that was given is as it was."""
    cbs = _wishing(module, wishes, kind, [{} for _ in wishes])
    before = [cbs[i] for i in given]
    argument = list(before)
    result = list(_get(module, "sort_callbacks")(argument))
    numbers = [next((i for i, cb in enumerate(cbs) if cb is one), None) for one in result]
    same = len(argument) == len(before) and all(a is b for a, b in zip(argument, before, strict=False))
    return {"order": numbers, "unchanged": same}


def order_in_fit(
    module: ModuleType, wishes: list[dict[str, Any]], given: list[int], kind: str
) -> dict[str, Any]:
    """In which order the wishing callbacks of a learner hear each event of a fit, by event."""
    heard: dict[str, list[int]] = {}

    def body(i: int) -> dict[str, Any]:
        def method(event: str) -> Any:
            return lambda self: heard.setdefault(event, []).append(i)

        return {event: method(event) for event in EVENTS}

    cbs = _wishing(module, wishes, kind, [body(i) for i in range(len(wishes))])
    _learner(module, Trace(), [1], [1], [cbs[i] for i in given]).fit(1)
    return heard


def after_the_own(module: ModuleType, sizes: list[int], kind: str) -> dict[str, Any]:
    """What callbacks find that want to run after TrainEvalCallback, and after Recorder.

    "modes": [event, learn.training, model.training] at before_train and before_validate;
    "smooth": learn.smooth_loss at after_batch of each training batch; "losses": what the loss function gave.
    """
    trace = Trace()
    report: dict[str, Any] = {"modes": [], "smooth": []}

    def wish(name: str) -> Any:
        cls = _get(module, name)
        return {"run_after": {"class": cls, "list": [cls], "tuple": (cls,)}[kind]}

    def mode(event: str) -> Any:
        return lambda self: report["modes"].append([event, self.training, self.model.training])

    def smooth(self: Any) -> None:
        if self.training:
            report["smooth"].append(_number(getattr(self.learn, "smooth_loss", None)))

    one = _watch(
        module,
        wish("TrainEvalCallback"),
        before_train=mode("before_train"),
        before_validate=mode("before_validate"),
    )
    two = _watch(module, wish("Recorder"), after_batch=smooth)
    _learner(module, trace, sizes, [1], [two, one]).fit(1)
    report["losses"] = [details["value"] for what, details in trace.entries if what == "loss"][: len(sizes)]
    return report


class _StandIn:
    """What callbacks read of a learner, and may write. x and y follow xb and yb."""

    def __init__(self, **attributes: Any) -> None:
        self.n_epoch, self.epoch, self.n_iter, self.iter, self.training = 1, 0, 1, 0, None
        self.train_iter, self.pct_train, self.pred, self.loss, self.lr = 0, 0.0, None, None, 1.0
        self.xb: Any = (torch.zeros(1, 1),)
        self.yb: Any = (torch.zeros(1, 1),)
        self.cbs: list[Any] = []
        self.metrics: list[Any] = []
        for name, value in attributes.items():
            setattr(self, name, value)

    @property
    def x(self) -> Any:
        return self.xb[0] if len(self.xb) == 1 else self.xb

    @property
    def y(self) -> Any:
        return self.yb[0] if len(self.yb) == 1 else self.yb


def _fire(callback: Any, *events: str) -> None:
    for event in events:
        method = getattr(callback, event, None)
        if method is not None:
            method()


def _mode(learn: Any, training: bool) -> str:
    """Put the stand-in and its model in that mode; the event that announces it."""
    learn.training = training
    learn.model.train(training)
    return "before_train" if training else "before_validate"


def train_eval(module: ModuleType, fits: list[list[int]]) -> list[Any]:
    """Drive a TrainEvalCallback through fits of [n_epoch, training batches, validation batches].

    Entries are [fit, epoch, training?, batch, {train_iter, pct_train, training, model.training}], right after
    before_batch.
    """
    model = Model(Trace())
    learn = _StandIn(model=model)
    callback = _get(module, "TrainEvalCallback")()
    callback.learn = learn
    entries: list[Any] = []
    for f, (n_epoch, train, valid) in enumerate(fits):
        learn.n_epoch = n_epoch
        _fire(callback, "before_fit")
        for learn.epoch in range(n_epoch):
            _fire(callback, "before_epoch")
            for training, n in ((True, train), (False, valid)):
                half = "train" if training else "validate"
                _fire(callback, f"before_{half}")
                learn.n_iter = n
                for learn.iter in range(n):
                    _fire(callback, "before_batch")
                    state = {
                        name: _number(getattr(learn, name, None)) for name in ("train_iter", "pct_train")
                    }
                    modes = {"training": learn.training, "mode": model.training}
                    entries.append([f, learn.epoch, training, learn.iter, {**state, **modes}])
                    _fire(callback, "after_pred", "after_loss")
                    if training:
                        _fire(callback, "after_backward", "after_step")
                    _fire(callback, "after_batch")
                _fire(callback, f"after_{half}")
            _fire(callback, "after_epoch")
        _fire(callback, "after_fit")
    return entries


METRICS: dict[str, Callable[[Any, Any], Any]] = {
    "pred": lambda pred, yb: pred.mean(),
    "y": lambda pred, yb: yb.mean(),
    "pred - 2 y": lambda pred, yb: (pred - 2 * yb).mean(),
    "as a float": lambda pred, yb: float((pred + yb).mean()),
}


def record(
    module: ModuleType, epochs: int, train: list[int], valid: list[int], names: list[str]
) -> list[Any]:
    """What the learner's Recorder has after each of two fits.

    "losses": what the loss function gave, batch by batch; "weights": the weight in each epoch's validation;
    "rows": the last rows of values, as many as there were epochs; "smooth": smooth_loss at before_batch of each
    training batch but the first, and at after_train, in order.
    """
    trace = Trace()
    report: list[Any] = []
    smooth: list[Any] = []

    def note(self: Any) -> None:
        smooth.append(_number(getattr(self.learn, "smooth_loss", None)))

    def before_batch(self: Any) -> None:
        if self.training and (self.epoch or self.iter):
            note(self)

    watch = _watch(module, before_batch=before_batch, after_train=note)
    metrics = {"metrics": [METRICS[name] for name in names]} if names else {}
    learn = _learner(module, trace, train, valid, [watch], lr=0.5, **metrics)
    for _ in range(2):
        trace.entries, smooth = [], []
        learn.fit(epochs)
        rows = list(learn.recorder.values)[-epochs:]
        report.append(
            {
                "losses": [d["value"] for what, d in trace.entries if what == "loss"],
                "weights": [d["weight"] for what, d in trace.entries if what == "forward"],
                "rows": [
                    [_number(v) for v in row] if isinstance(row, (list, tuple)) else row for row in rows
                ],
                "smooth": smooth,
            }
        )
    return report


class _Resettable(Model):
    def reset(self) -> None:
        self._trace.note("reset")


def reset(module: ModuleType, epochs: int, train: int, valid: int) -> list[Any]:
    """Drive a ModelResetter: [event, how often the model's reset was called at it], in order."""
    trace = Trace()
    learn = _StandIn(model=_Resettable(trace), n_epoch=epochs)
    callback = _get(module, "ModelResetter")()
    callback.learn = learn
    report: list[Any] = []

    def fire(*events: str) -> None:
        for event in events:
            trace.entries = []
            _fire(callback, event)
            report.append([event, sum(what == "reset" for what, _ in trace.entries)])

    fire("before_fit")
    for learn.epoch in range(epochs):
        fire("before_epoch")
        fire(_mode(learn, True))
        for _ in range(train):
            fire(*BEFORE_BACKWARD, "after_backward", "after_step", "after_batch")
        fire("after_train")
        fire(_mode(learn, False))
        for _ in range(valid):
            fire(*BEFORE_BACKWARD, "after_batch")
        fire("after_validate", "after_epoch")
    fire("after_fit")
    return report


def terminate(module: ModuleType, losses: list[float], training: bool, dtype: torch.dtype) -> dict[str, Any]:
    """Drive a TerminateOnNaN through batches of those losses.

    "batch": at which of them it raised, or None; "raised": names of the exception's class and its bases.
    """
    learn = _StandIn(model=Model(Trace()), n_iter=len(losses))
    callback = _get(module, "TerminateOnNaN")()
    callback.learn = learn
    _fire(callback, "before_fit", "before_epoch", _mode(learn, training))
    for learn.iter, value in enumerate(losses):
        try:
            _fire(callback, "before_batch", "after_pred")
            learn.loss = torch.tensor(value, dtype=dtype, requires_grad=training)
            _fire(
                callback, "after_loss", *(["after_backward", "after_step"] if training else []), "after_batch"
            )
        except _get(module, "CancelFitException") as error:
            return {"batch": learn.iter, "raised": [cls.__name__ for cls in type(error).__mro__]}
    return {"batch": None, "raised": []}


def terminate_fit(module: ModuleType, losses: list[float], first: str) -> dict[str, Any]:
    """Fit with a TerminateOnNaN, two epochs of training batches of those losses and one validation batch of loss 1.

    first: whether it is given "alone", "before" another callback, or "after" one.
    "smooth": smooth_loss in the end; "heard": the events of after_fit and its like; "calls": how often the loss came.
    """
    trace = Trace()
    calls: list[float] = []
    heard: list[str] = []

    def loss_func(pred: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        k = len(calls) % (len(losses) + 1)
        calls.append(k)
        return pred.mean() * 0 + (losses[k] if k < len(losses) else 1.0)

    watch = _watch(
        module,
        after_cancel_fit=lambda _: heard.append("after_cancel_fit"),
        after_fit=lambda _: heard.append("after_fit"),
    )
    terminate = _get(module, "TerminateOnNaN")()
    cbs = [terminate, watch] if first == "before" else [watch, terminate]
    learn = _learner(module, trace, [1] * len(losses), [1], cbs, loss_func=loss_func)
    learn.fit(2)
    smooth = _number(getattr(learn, "smooth_loss", None))
    return {"smooth": smooth, "heard": heard, "calls": len(calls)}


def clip(module: ModuleType, gradients: list[Any], max_norm: float, times: int = 1) -> list[Any]:
    """Gradients after GradientClip's after_backward, each of a parameter of its own; None for one that has none."""
    shapes = [(2,) if g is None else tuple(g.shape) for g in gradients]
    dtypes = [torch.float32 if g is None else g.dtype for g in gradients]
    model = nn.ParameterList(
        [nn.Parameter(torch.ones(s, dtype=d)) for s, d in zip(shapes, dtypes, strict=True)]
    )
    callback = _get(module, "GradientClip")(max_norm)
    callback.learn = learn = _StandIn(model=model)
    _fire(callback, "before_fit", "before_epoch", _mode(learn, True))
    for _ in range(times):
        _fire(callback, "before_batch", "after_pred", "after_loss")
        for p, g in zip(model, gradients, strict=True):
            p.grad = None if g is None else g.clone()
        _fire(callback, "after_backward")
    return [p.grad for p in model]


def clip_params(module: ModuleType, gradients: list[Any], max_norm: float) -> bool:
    """Whether the parameters themselves are as they were after GradientClip's after_backward."""
    model = nn.ParameterList([nn.Parameter(torch.ones_like(g)) for g in gradients])
    for p, g in zip(model, gradients, strict=True):
        p.grad = g.clone()
    callback = _get(module, "GradientClip")(max_norm)
    callback.learn = learn = _StandIn(model=model)
    _mode(learn, True)
    _fire(callback, "after_backward")
    return all(bool((p == 1).all()) for p in model)


def regularize(
    module: ModuleType,
    out: torch.Tensor,
    raw: list[torch.Tensor],
    dropped: list[torch.Tensor],
    alpha: float | None,
    beta: float | None,
    training: bool,
) -> dict[str, Any]:
    """One batch through an RNNRegularizer, the loss being the sum of out.

    "pred": what the learner's pred is for the loss function; "loss"; "gradients": of the loss, with respect to out,
    the last of raw and the last of dropped (None where it does not depend on them).
    """
    options = {name: value for name, value in (("alpha", alpha), ("beta", beta)) if value is not None}
    callback = _get(module, "RNNRegularizer")(**options)
    callback.learn = learn = _StandIn(model=nn.Identity())
    leaves = [t.clone().requires_grad_(training) for t in (out, raw[-1], dropped[-1])]
    _fire(callback, "before_fit", "before_epoch", _mode(learn, training), "before_batch")
    with torch.set_grad_enabled(training):
        learn.pred = (leaves[0], [*raw[:-1], leaves[1]], [*dropped[:-1], leaves[2]])
        _fire(callback, "after_pred")
        pred = learn.pred
        if not isinstance(pred, torch.Tensor):
            return {"pred": type(pred).__name__}
        learn.loss = pred.sum()
        _fire(callback, "after_loss")
        loss = learn.loss
    if training:
        loss.backward()
    return {
        "pred": pred.detach().clone(),
        "loss": loss.detach().clone(),
        "gradients": [leaf.grad for leaf in leaves],
    }


class _RNN(nn.Module):
    """A recurrent layer with dropout and a head, that returns what RNNRegularizer expects, and keeps it."""

    def __init__(self) -> None:
        super().__init__()
        self.rnn = nn.RNN(2, 3, batch_first=True, dtype=torch.float64)
        self.drop = nn.Dropout(0.5)
        self.head = nn.Linear(3, 1, dtype=torch.float64)
        self.kept: list[Any] = []

    def forward(self, x: torch.Tensor) -> Any:
        raw, _ = self.rnn(x)
        dropped = self.drop(raw)
        out = self.head(dropped)
        self.kept.append([t.detach().clone() for t in (out, raw, dropped)])
        return out, [raw], [dropped]


def regularized_rnn(module: ModuleType, alpha: float, beta: float) -> list[Any]:
    """Fit a small RNN of seeded weights for two epochs of two batches, one of them of validation.

    Entries, for each batch, are {"training", "loss": the learner's when the batch is about to step or is over, "mse":
    the mean squared error of out, "raw", "dropped"}.
    """
    torch.manual_seed(0)
    model = _RNN()
    batches = [
        (torch.randn(n, 4, 2, dtype=torch.float64), torch.randn(n, 4, 1, dtype=torch.float64)) for n in (3, 2)
    ]
    seen: list[Any] = []

    def note(self: Any) -> None:
        out, raw, dropped = model.kept[-1]
        mse = ((out - self.y) ** 2).mean()
        seen.append(
            {
                "training": self.training,
                "loss": _number(self.loss),
                "mse": mse,
                "raw": raw,
                "dropped": dropped,
            }
        )

    def after_batch(self: Any) -> None:
        if not self.training:
            note(self)

    regularizer = _get(module, "RNNRegularizer")(alpha, beta)
    watch = _watch(module, after_backward=note, after_batch=after_batch)
    learn = _learner(
        module,
        Trace(),
        _Batches(batches),
        _Batches(batches[:1]),
        [watch, regularizer],
        model=model,
        loss_func=nn.functional.mse_loss,
        opt_func=torch.optim.SGD,
        lr=0.1,
    )
    learn.fit(2)
    return seen


SCHEDULES: dict[str, Callable[[float], float]] = {
    "pct": lambda pct: pct,
    "2 - pct": lambda pct: 2 - pct,
    "0": lambda pct: 0.0,
    "pct squared": lambda pct: pct * pct,
}


def schedule(
    module: ModuleType, scheds: dict[str, str], batches: list[list[Any]], opt: str, groups: int
) -> Any:
    """Drive a ParamScheduler: for each batch [training?, pct_train], the groups as they are when the step is due.

    opt: where the optimizer has its groups: "hypers", "param_groups" or "both"; these are the keys of what comes back.
    Each group begins as {"lr": 77.0, "mom": 88.0, "other": 99.0}.
    """
    kinds = ["hypers", "param_groups"] if opt == "both" else [opt]
    new: dict[str, Any] = {
        k: [{"lr": 77.0, "mom": 88.0, "other": 99.0} for _ in range(groups)] for k in kinds
    }
    callback = _get(module, "ParamScheduler")({name: SCHEDULES[sched] for name, sched in scheds.items()})
    callback.learn = learn = _StandIn(model=Model(Trace()), opt=SimpleNamespace(**new), n_iter=len(batches))
    report: list[Any] = []
    mode = None
    _fire(callback, "before_fit", "before_epoch")
    for learn.iter, (training, learn.pct_train) in enumerate(batches):
        if training != mode:
            _fire(callback, _mode(learn, training))
            mode = training
        _fire(callback, *BEFORE_BACKWARD, *(["after_backward"] if training else []))
        report.append({k: [{n: _number(v) for n, v in g.items()} for g in new[k]] for k in kinds})
        _fire(callback, *(["after_step"] if training else []), "after_batch")
    return report


class _Hypers(Optimizer):
    """A stand-in optimizer with hypers, as in unit 08, or with param_groups, that notes them at each step."""

    def __init__(self, trace: Trace, model: Any, lr: float, kind: str) -> None:
        super().__init__(trace, model, lr)
        groups = [{"lr": lr, "mom": 0.5}, {"lr": lr, "mom": 0.5}]
        self.groups = groups
        if kind == "hypers":
            self.hypers = groups
            del self.param_groups
        else:
            self.param_groups = groups

    def step(self) -> None:
        self._trace.note("groups", lr=[g["lr"] for g in self.groups], mom=[g["mom"] for g in self.groups])

    def zero_grad(self) -> None:
        self._weight.grad = None


def one_cycle(
    module: ModuleType, runs: list[dict[str, Any]], batches: int, kind: str
) -> list[dict[str, list[Any]]]:
    """lr and mom of the two groups, [first, second], at each step of fit_one_cycle: runs of one learner, one by one.

    runs: keyword arguments {"n_epoch", "lr_max", "moms"}, the last one optional; kind: "hypers" or "param_groups"
    """
    trace = Trace()
    model = Model(Trace())
    learn = _learner(
        module,
        Trace(),
        [1],
        [1],
        model=model,
        opt_func=lambda params, lr: _Hypers(trace, model, lr, kind),
        loss_func=lambda pred, y: pred.mean(),
    )
    one = (torch.ones(1, 1, dtype=torch.float64), torch.ones(1, 1, dtype=torch.float64))
    learn.dls.train = _Batches([one] * batches)
    report = []
    for run in runs:
        trace.entries = []
        _get(module, "fit_one_cycle")(learn, **run)
        steps = [details for what, details in trace.entries if what == "groups"]
        report.append({name: [_plain(s[name]) for s in steps] for name in ("lr", "mom")})
    return report


def _plain(values: list[Any]) -> list[Any]:
    return [_number(v) for v in values]


def accumulate(module: ModuleType, n: int, epochs: int, train: list[int]) -> list[Any]:
    """The trace of a fit with a GradientAccumulation(n)."""
    trace = Trace()
    _learner(module, trace, train, [1], [_get(module, "GradientAccumulation")(n)], lr=0.5).fit(epochs)
    return trace.entries


class _Sweeping(Optimizer):
    """Notes the lr of each step, and steps by it."""

    def step(self) -> None:
        self._trace.note("lr", lr=_number(self.param_groups[-1]["lr"]))
        super().step()


def _given_losses(losses: list[float], calls: list[float]) -> Any:
    """A loss function that gives these values one by one, and then the last of them, and a gradient of 1."""

    def loss_func(pred: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        value = losses[min(len(calls), len(losses) - 1)]
        calls.append(value)
        return pred.mean() - pred.mean().detach() + value

    return loss_func


def sweep(
    module: ModuleType, how: str, losses: list[float], batches: int, epochs: int, **options: Any
) -> dict[str, Any]:
    """An LRFinder as a callback of fit(epochs), or lr_find, over losses that are given one by one.

    how: "LRFinder" or "lr_find". "stepped": lr of each step; "lrs", "losses": the finder's; "suggestion" of lr_find;
    "calls": how often the loss was computed; "eval": how often the model was called in eval mode; "restored": whether
    the weight is what it was.
    """
    trace, calls = Trace(), []
    model = Model(trace)
    model.weight.data.fill_(0.3)
    before = model.weight.detach().clone()
    finder = _get(module, "LRFinder")(**options) if how == "LRFinder" else None
    learn = _learner(
        module,
        trace,
        [1] * batches,
        [1],
        [finder] if finder else None,
        model=model,
        loss_func=_given_losses(losses, calls),
        opt_func=lambda params, lr: _Sweeping(trace, model, lr),
        lr=0.125,
    )
    report: dict[str, Any] = {}
    if finder:
        learn.fit(epochs)
        report = {"lrs": _plain(list(finder.lrs)), "losses": _plain(list(finder.losses))}
    else:
        lrs, seen, suggestion = _get(module, "lr_find")(learn, **options)
        report = {"lrs": _plain(list(lrs)), "losses": _plain(list(seen)), "suggestion": _number(suggestion)}
    forwards = [details for what, details in trace.entries if what == "forward"]
    return {
        **report,
        "stepped": [details["lr"] for what, details in trace.entries if what == "lr"],
        "calls": len(calls),
        "eval": sum(not details["training"] for details in forwards),
        "restored": torch.equal(model.weight.detach(), before),
    }


def restored(module: ModuleType, how: str, batches: int, num_it: int) -> dict[str, Any]:
    """A small network with batch norm, before and after a sweep: names of state_dict's entries that changed.

    "after": for lr_find, names that differ after another fit, from those of a twin that fitted without lr_find.
    """

    def build() -> Any:
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 1))
        data = [(torch.randn(4, 2), torch.randn(4, 1)) for _ in range(batches)]
        cbs = [_get(module, "LRFinder")(num_it=num_it)] if how == "LRFinder" else None

        def opt_func(params: Any, lr: float) -> Any:
            return torch.optim.SGD(params, lr=lr, momentum=0.9)

        dls = _Batches(data)
        loss_func = nn.functional.mse_loss
        return model, _learner(
            module, Trace(), dls, dls, cbs, model=model, loss_func=loss_func, opt_func=opt_func, lr=0.05
        )

    def differ(one: Any, other: Any) -> list[str]:
        return [name for name in one if not torch.equal(one[name], other[name])]

    def state(model: Any) -> dict[str, Any]:
        return {name: tensor.clone() for name, tensor in model.state_dict().items()}

    model, learn = build()
    if how == "LRFinder":
        before = state(model)
        learn.fit(1 + num_it // batches)
        return {"changed": differ(before, state(model)), "after": []}
    learn.fit(1)
    before = state(model)
    _get(module, "lr_find")(learn, num_it=num_it)
    changed = differ(before, state(model))
    learn.fit(1)
    twin, other = build()
    other.fit(1)
    other.fit(1)
    return {"changed": changed, "after": differ(state(model), state(twin))}


class _Autocast(nn.Module):
    """A linear layer that notes whether autocast is on while it is called, and the dtype of what comes out."""

    def __init__(self, trace: Trace, device: str) -> None:
        super().__init__()
        self._trace, self._device = trace, device
        self.linear = nn.Linear(2, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.linear(x)
        on = torch.is_autocast_enabled(self._device)
        self._trace.note("forward", on=on, dtype=out.dtype, training=self.training)
        return out


def autocast(
    module: ModuleType, dtype: torch.dtype | None, cancel: str | None, device: str
) -> dict[str, Any]:
    """An epoch under MixedPrecision, of two training batches and one of validation.

    "forward": {"on", "dtype", "training"} of each call; "loss": whether it was on when that was computed; "outside":
    whether it was on at before_epoch, before_validate, after_epoch and after the fit; "weights", "gradients": dtypes.
    cancel: an event of the first batch at which another callback raises CancelBatchException
    """
    trace = Trace()
    torch.manual_seed(0)
    torch.set_autocast_enabled(device, False)  # an earlier run of wrong work may have left it on
    model = _Autocast(trace, device).to(device)
    batches = [(torch.ones(2, 2, device=device), torch.zeros(2, 1, device=device))] * 2
    outside: dict[str, bool] = {}
    report: dict[str, Any] = {"loss": [], "gradients": []}
    cancels = [cancel] if cancel else []

    def loss_func(pred: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        report["loss"].append(torch.is_autocast_enabled(device))
        return ((pred - y) ** 2).mean()

    def note(event: str) -> Any:
        def method(self: Any) -> None:
            outside[event] = torch.is_autocast_enabled(device)

        return method

    def after_backward(self: Any) -> None:
        report["gradients"] += [p.grad.dtype for p in self.model.parameters()]

    def maybe(self: Any) -> None:
        if cancels:
            cancels.clear()
            raise _get(module, "CancelBatchException")

    moments = ("before_epoch", "before_validate", "after_epoch")
    watch = _watch(module, after_backward=after_backward, **{event: note(event) for event in moments})
    extra = [_watch(module, **{cancel: maybe})] if cancel else []
    options = {} if dtype is None else {"dtype": dtype}
    learn = _learner(
        module,
        trace,
        _Batches(batches),
        _Batches(batches[:1]),
        [_get(module, "MixedPrecision")(**options), watch, *extra],
        model=model,
        loss_func=loss_func,
        opt_func=torch.optim.SGD,
        lr=0.1,
    )
    learn.fit(1)
    outside["after the fit"] = torch.is_autocast_enabled(device)
    torch.set_autocast_enabled(device, False)
    return {
        **report,
        "forward": [details for what, details in trace.entries if what == "forward"],
        "outside": outside,
        "weights": [p.dtype for p in model.parameters()],
    }


def scaled(
    module: ModuleType, infinite: list[int], batches: int, scale: float, growth: int, device: str
) -> list[Any]:
    """The trace of an epoch under MixedPrecision(float16), by the stand-ins.

    infinite: numbers of the training batches whose gradient is infinite
    """
    trace = Trace()
    torch.set_autocast_enabled(device, False)
    model = Model(trace).to(device)
    backwards = 0

    def gradient(g: torch.Tensor) -> torch.Tensor:
        nonlocal backwards
        backwards += 1
        return g * torch.inf if backwards - 1 in infinite else g

    model.weight.register_hook(gradient)
    sides = [torch.full((1, 1), 2.0**k, dtype=torch.float64, device=device) for k in range(batches)]
    dl = _Batches([(x, torch.zeros_like(x)) for x in sides])
    mixed = _get(module, "MixedPrecision")(dtype=torch.float16, scale=scale, growth=growth)
    _learner(module, trace, dl, dl, [mixed], model=model, lr=0.5).fit(1)
    torch.set_autocast_enabled(device, False)
    return trace.entries


def mixup(
    module: ModuleType, alpha: float, items: int, batches: int, training: bool, inputs: int
) -> list[dict[str, Any]]:
    """Batches through a Mixup. Input 0 of a batch is the identity matrix, input k that times (k + 1); the target is a
    class for each item; the prediction the first input times a fixed matrix; the loss cross-entropy.

    Each report has "xb": the inputs that the model gets, "y", "logits" (of the prediction), "loss": the learner's,
    "same": whether the tensors of the batch are as they were.
    """
    callback = _get(module, "Mixup")(alpha)
    weights = torch.arange(items * 3, dtype=torch.float64).reshape(items, 3).sin() * 3
    learn = _StandIn(model=nn.Identity(), loss_func=nn.functional.cross_entropy, n_iter=batches)
    callback.learn = learn
    _fire(callback, "before_fit", "before_epoch", _mode(learn, training))
    report = []
    for learn.iter in range(batches):
        given = [torch.eye(items, dtype=torch.float64) * (k + 1) for k in range(inputs)]
        y = torch.arange(items) % 3
        learn.xb, learn.yb = tuple(given), (y,)
        with torch.set_grad_enabled(training):
            _fire(callback, "before_batch")
            xb = learn.xb
            learn.pred = xb[0] @ weights
            _fire(callback, "after_pred")
            learn.loss = learn.loss_func(learn.pred, *learn.yb)
            _fire(callback, "after_loss")
        loss = learn.loss
        _fire(callback, *(["after_backward", "after_step"] if training else []), "after_batch")
        same = all(
            torch.equal(g, torch.eye(items, dtype=torch.float64) * (k + 1)) for k, g in enumerate(given)
        )
        report.append(
            {
                "xb": [x.detach().clone() for x in xb] if isinstance(xb, (tuple, list)) else xb,
                "y": y,
                "logits": (xb[0] @ weights).detach(),
                "loss": loss.detach().clone(),
                "same": same and torch.equal(y, torch.arange(items) % 3),
            }
        )
    return report


def switch(
    module: ModuleType, turns: list[int] | None, fits: list[list[int]], frozen: bool
) -> list[dict[str, Any]]:
    """Drive a SwitchCallback through fits of [n_epoch, training batches, validation batches].

    "batches": for each training batch, [learn.turn, whether each network's parameters require grad] (None: some do);
    "after": what each parameter requires after the fit, "before": before it.
    frozen: whether one parameter of the second network requires no grad to begin with
    """
    networks = [nn.Linear(2, 1), nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))]
    model = nn.ModuleList(networks)
    if frozen:
        next(networks[1].parameters()).requires_grad_(False)
    callback = _get(module, "SwitchCallback")(networks, *([tuple(turns)] if turns else []))
    callback.learn = learn = _StandIn(model=model)
    report = []

    def required() -> list[bool]:
        return [p.requires_grad for p in model.parameters()]

    def trains(network: Any) -> bool | None:
        kinds = {p.requires_grad for p in network.parameters()}
        return kinds.pop() if len(kinds) == 1 else None

    for n_epoch, train, valid in fits:
        before, batches = required(), []
        learn.n_epoch = n_epoch
        _fire(callback, "before_fit")
        for learn.epoch in range(n_epoch):
            _fire(callback, "before_epoch")
            for training, n in ((True, train), (False, valid)):
                _fire(callback, _mode(learn, training))
                for learn.iter in range(n):
                    _fire(callback, "before_batch")
                    if training:
                        batches.append([learn.turn, *(trains(network) for network in networks)])
                    _fire(callback, "after_pred", "after_loss")
                    _fire(callback, *(["after_backward", "after_step"] if training else []), "after_batch")
                _fire(callback, "after_train" if training else "after_validate")
            _fire(callback, "after_epoch")
        _fire(callback, "after_fit")
        report.append({"batches": batches, "before": before, "after": required()})
    return report
