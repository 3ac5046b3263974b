"""The handout's picture of the loop, drawn from what the answer key does when it runs, so that it can't drift."""

from types import ModuleType, SimpleNamespace
from typing import Any

from grader.box.probes.training_loop import Loader, Loss, Model, Optimizer, Trace

_WORDS = {
    "forward": "pred = model(*xb)",
    "loss": "loss = loss_func(pred, *yb)",
    "backward": "loss.backward()",
    "step": "opt.step()",
    "zero_grad": "opt.zero_grad()",
}
_INDENT = "│    "


def draw(module: ModuleType) -> str:
    """The loop of the module's Learner, as Markdown."""
    exceptions = [name for name in vars(module) if name.startswith("Cancel")]
    return _loop(module, exceptions) + "\n"


def _run(module: ModuleType, raised: str = "", at: str = "", time: int = 0) -> list[str]:
    """What happens in a fit of one epoch of one batch a phase.

    The exception named `raised` is raised when the event `at` happens for the time of that number, counted from 0.
    """
    trace = Trace()

    def watch(name: str) -> Any:
        def heard(_: Any) -> None:
            trace.note(name)
            if name == at and trace.entries.count([name, {}]) == time + 1:
                raise getattr(module, raised)

        return heard

    watcher = type("Watcher", (module.Callback,), {name: watch(name) for name in vars(module.event)})
    model = Model(trace)
    dls = SimpleNamespace(train=Loader(trace, [1]), valid=Loader(trace, [1], first=1))
    learner = module.Learner(
        dls, model, Loss(trace), lambda _, lr: Optimizer(trace, model, lr), lr=1.0, cbs=[watcher()]
    )
    try:
        learner.fit(1)
    except Exception as error:
        if not raised or not isinstance(error, getattr(module, raised)):
            raise
    return [what for what, _ in trace.entries]


def _cancellation(module: ModuleType, raised: str, at: str, time: int) -> str | None:
    """The first after_cancel_ event that follows; None where the exception leaves the fit."""
    happened = _run(module, raised, at, time)
    return next((what for what in happened if what.startswith("after_cancel_")), None)


def _loop(module: ModuleType, exceptions: list[str]) -> str:
    """One fit, in the order in which things happen, each scope from its before_ event to its after_ event."""
    leads_to = {
        _cancellation(module, raised, "before_batch", time): raised
        for raised in exceptions
        for time in (0, 1)
    }
    lines = []
    depth = batches = 0
    for what in _run(module):
        scope = what.partition("_")[2]
        if what in _WORDS:
            lines.append(_INDENT * depth + _WORDS[what])
        elif what.startswith("before_"):
            note = {"before_epoch": "for every epoch"}.get(what, "")
            if what == "before_batch":
                note = f"for every batch of dls.{('train', 'valid')[batches]}"
                batches += 1
            lines.append(f"{_INDENT * depth}┌ {what}      {note}".rstrip())
            depth += 1
        elif f"after_cancel_{scope}" in leads_to:
            depth -= 1
            lines.append(
                f"{_INDENT * depth}├ after_cancel_{scope}      after {leads_to[f'after_cancel_{scope}']} only"
            )
            lines.append(f"{_INDENT * depth}└ {what}")
        elif what.startswith("after_"):
            lines.append(_INDENT * depth + what)
    return "\n".join(["```text", *lines, "```"])
