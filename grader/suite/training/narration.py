"""Scripts of callbacks in words and as Python to paste, and the first difference between two traces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from grader.suite.source import literal
from grader.suite.training.scripts import Act, Script, ScriptedCallback

_IN_TURN = ("stop", "raise", "answer")
_TIMES = ("first", "second", "third", "fourth", "fifth", "sixth")


def name_of(i: int) -> str:
    """Return the name of the script's callback number i: A, B, C, …"""
    return chr(ord("A") + i)


def narrate(script: Script) -> str:
    """Return a script in words, to begin a message with.

    >>> narrate(script(callback(act("after_backward"))))
    'with one callback, which answers True the first time it is asked at after_backward'
    """
    cbs = script["callbacks"]
    if len(cbs) == 1:
        with_whom = f"one callback, which {_deeds(cbs[0])}"
    elif cbs:
        whom = "; ".join(f"{name_of(i)} {_deeds(cb)}" for i, cb in enumerate(cbs))
        with_whom = f"{len(cbs)} callbacks ({whom})"
    else:
        with_whom = "no callback"
    run = _run(script)
    return f"with {with_whom}" + (f", in {run}" if run else "")


def _run(script: Script) -> str:
    """Return the size of the run in words, "" for the smallest."""
    parts = [f"{script['epochs']} epochs"] if script["epochs"] != 1 else []
    for half, sizes in (("training", script["train"]), ("validation", script["valid"])):
        if sizes == [1]:
            continue
        many = f"batches of {', '.join(map(str, sizes))} items" if len(sizes) > 1 else ""
        parts.append(f"{half} on {many or (f'one batch of {sizes[0]} items' if sizes else 'no batch')}")
    return ", ".join(parts)


def _deeds(cb: ScriptedCallback) -> str:
    deeds = [
        f"{_verb(a)} the {_TIMES[a['nth']] if a['nth'] < len(_TIMES) else str(a['nth'] + 1) + 'th'} time "
        f"it is asked at {a['event']}"
        for a in cb["acts"]
    ]
    traits = [f"has _order {cb['order']}"] if cb["order"] is not None else []
    traits += [] if cb["derived"] else ["is not derived from Callback"]
    return ", ".join([*traits, " and ".join(deeds) or "lets everything go on"])


def _verb(act: Act) -> str:
    if act["does"] == "answer":
        return f"answers {act['value']!r}"
    return "sets stop" if act["does"] == "stop" else f"raises {act['value']}"


def classes_as_python(
    script: Script,
    events: Sequence[str] = (),
    *,
    parameters: dict[str, str] | None = None,
    stop: str = "runner.stop = True",
    otherwise: str = "",
    plain: str = "",
) -> str:
    """Return the script's callbacks as classes A, B, C, … that print the events that they hear.

    events:     all events, for callbacks that hear them all
    parameters: the parameters of an event's method after self, "xb, yb"
    stop:       the statement that sets stop
    otherwise:  the statement that lets everything go on, if the end of the method does not;
                {event} and {arguments} are filled in
    plain:      lines for a class that is not derived from Callback (a method, indented by four)
    """
    lines = ["from itertools import count"]
    for i, cb in enumerate(script["callbacks"]):
        lines.append(f"class {name_of(i)}{'(Callback)' if cb['derived'] else ''}:")
        lines += [f"    _order = {cb['order']}"] if cb["order"] is not None else []
        lines += [plain] if plain and not cb["derived"] else []
        acting = list(dict.fromkeys(a["event"] for a in cb["acts"]))
        idle = [event for event in events if event not in acting] if cb["hears"] == "all" else []
        for event in [*acting, *idle] if otherwise else acting:
            takes = (parameters or {}).get(event, "")
            lines.append(f"    def {event}(self, {takes + ', ' if takes else ''}n=count()):")
            lines.append(f'        k = next(n); print("{name_of(i)} hears {event}")')
            lines += [f"        {line}" for line in _statements(cb, event, stop)]
            lines += [f"        {otherwise.format(event=event, arguments=takes)}"] if otherwise else []
        if not acting and cb["order"] is None:
            lines.append("    pass")
        if idle and not otherwise:
            hears = f'setattr({name_of(i)}, e, lambda self, e=e: print("{name_of(i)} hears", e))'
            lines.append(f'for e in "{" ".join(idle)}".split(): {hears}')
    return "\n".join(lines)


def _statements(cb: ScriptedCallback, event: str, stop: str) -> Iterator[str]:
    """Yield the statements at the event, in turn."""
    for does, a in product(_IN_TURN, cb["acts"]):
        if a["event"] == event and a["does"] == does:
            what = {
                "stop": stop,
                "raise": f"raise {a['value']}('on purpose')",
                "answer": f"return {literal(a['value'])}",
            }
            yield f"if k == {a['nth']}: {what[does]}"


def stage_as_python(script: Script) -> str:
    """Return code for model, opt, loss_func, train_dl and valid_dl, which print every use of them."""
    return "\n".join(
        [
            "from grader.box.probes.training_loop import Loader, Loss, Model, Optimizer, Trace",
            "trace = Trace(); trace.note = lambda what, **details: print(what, details or '')",
            "model = Model(trace); opt = Optimizer(trace, model); loss_func = Loss(trace)",
            f"train_dl = Loader(trace, {script['train']})",
            f"valid_dl = Loader(trace, {script['valid']}, first={len(script['train'])})",
        ]
    )


def as_python(script: Script, call: str, events: Sequence[str] = (), **options: Any) -> str:
    """Return the whole script as a program on the submission's module.

    call:    the line that runs it; {callbacks} becomes "[A(), B()]", {epochs} their number
    options: those of classes_as_python
    """
    callbacks = f"[{', '.join(name_of(i) + '()' for i in range(len(script['callbacks'])))}]"
    classes = [classes_as_python(script, events, **options)] if script["callbacks"] else []
    return "\n".join(
        [*classes, stage_as_python(script), call.format(callbacks=callbacks, epochs=script["epochs"])]
    )


_DONE = {
    "forward": "the model was called",
    "loss": "the loss was computed",
    "backward": "the backward pass ran",
    "step": "the optimizer stepped",
    "zero_grad": "the gradients were zeroed",
}


def moments(trace: Sequence[Any], *, by_name: bool = False) -> list[str]:
    """Return a trace as words: the events, and forward, loss, backward, step, zero_grad, in order.

    Trace entries are those of box.probes.training_loop, and ["asked", {"cb": number of the callback, "event": …}].
    by_name: write "A hears begin_fit", for several callbacks
    """
    words = []
    for what, details in trace:
        if what == "asked":
            words.append(
                f"{name_of(details['cb'])} hears {details['event']}" if by_name else details["event"]
            )
        elif what in _DONE:
            words.append(what)
    return words


def first_difference(got: Sequence[str], expected: Sequence[str]) -> str:
    """Return the first difference of two lists of moments, in words; empty when they are the same.

    >>> first_difference(["after_loss", "step"], ["after_loss", "after_batch"])
    'after the event after_loss, the optimizer stepped; expected: the event after_batch'
    """
    both = zip([*got, None], [*expected, None], strict=False)
    k = next((k for k, (g, e) in enumerate(both) if g != e), None)
    if k is None:
        return ""
    came = _moment(got[k]) if k < len(got) else "nothing more came"
    due = _moment(expected[k]) if k < len(expected) else "nothing more"
    so_far = list(got[:k])
    before = f"after {_moment(so_far[-1])}{_place(so_far)}, " if so_far else "at the very beginning, "
    return f"{before}{came}; expected: {due}"


def _moment(word: str) -> str:
    if word in _DONE:
        return _DONE[word]
    return word if " hears " in word else f"the event {word}"


def _place(so_far: Sequence[str]) -> str:
    """Return the batch of the fit that the last moment is in; empty outside of batches."""
    last = so_far[-1].rpartition(" ")[2]
    begun = Counter(word for word in so_far if word.endswith("begin_batch"))
    if not begun or last.endswith(("_fit", "_epoch", "_validate")):
        return ""
    return f" of batch {max(begun.values()) - 1}"
