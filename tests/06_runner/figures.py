"""The figure of the handout: what the callbacks of unit 05 and of this one hear of the same epoch, side by side."""

from difflib import SequenceMatcher
from pathlib import Path
from types import SimpleNamespace

import torch
from matplotlib.figure import Figure

from grader.course import load_module

ASKED = ("begin_fit", "begin_epoch", "begin_batch", "after_loss", "after_backward", "after_step")
ENDS = ("begin_validate", "after_epoch", "after_fit")
FIRED = (*ASKED, "after_pred", "after_batch", *ENDS)
WORK = ("model", "backward", "step", "zero_grad")


def draw(key):
    handler = load_module(Path(key.__file__).parents[1] / "05_handler" / "handler.py")
    rows = side_by_side(heard_by_handlers_callbacks(handler), heard_by_runners_callbacks(key))
    figure = Figure(figsize=(6, 0.27 * len(rows) + 0.8), layout="constrained")
    axes = figure.subplots()
    axes.set_xlim(0, 3)
    axes.set_ylim(len(rows) - 0.5, -2.2)
    axes.axis("off")
    for x, title in enumerate(("unit 05: asked;\nfalse skips", "the loop", "unit 06: fired;\ntrue skips")):
        axes.text(x + 0.5, -1.2, title, ha="center", va="center", fontsize=11, weight="bold")
    for y, (left, right) in enumerate(rows):
        if left in WORK or right in WORK:
            axes.axhspan(y - 0.5, y + 0.5, color="0.92")
            axes.text(1.5, y, left or right, ha="center", va="center", fontsize=10)
            continue
        for x, name, color in ((0.5, left, "C0"), (2.5, right, "C1")):
            axes.text(x, y, name, ha="center", va="center", fontsize=10, family="monospace", color=color)
    return {"designs": figure}


def side_by_side(left, right):
    """Return rows of both, equal names beside each other, "" where one has nothing."""
    rows = []
    for _, i, end_i, j, end_j in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        lefts, rights = left[i:end_i], right[j:end_j]
        longest = max(len(lefts), len(rights))
        rows += zip(
            [*lefts, *[""] * (longest - len(lefts))], [*rights, *[""] * (longest - len(rights))], strict=True
        )
    return rows


def heard_by_handlers_callbacks(handler):
    heard = []

    def landmark(name):
        def asked(self, *args):
            heard.append(name)
            return True

        return asked

    cls = type("Tell", (handler.Callback,), {name: landmark(name) for name in (*ASKED, *ENDS)})
    model, opt, loss_func, train, valid = parts(heard)
    learn = handler.Learner(model, opt, loss_func, handler.DataBunch(train, valid))
    handler.fit(1, learn, handler.CallbackHandler([cls()]))
    return heard


def heard_by_runners_callbacks(key):
    heard = []
    events = {name: lambda self, name=name: heard.append(name) for name in FIRED}
    model, opt, loss_func, train, valid = parts(heard)
    data = SimpleNamespace(train_dl=train, valid_dl=valid)
    learn = SimpleNamespace(model=model, opt=opt, loss_func=loss_func, data=data)
    key.Runner([type("Tell", (key.Callback,), events)()]).fit(1, learn)
    return heard


def parts(heard):
    """Return model, optimizer, loss and one batch each to train and validate on. The first two add what they do."""
    model = torch.nn.Linear(1, 1)
    model.register_forward_hook(lambda *_: heard.append("model"))
    model.weight.register_hook(lambda _: heard.append("backward"))
    opt = SimpleNamespace(step=lambda: heard.append("step"), zero_grad=lambda: heard.append("zero_grad"))
    batches = [(torch.ones(1, 1), torch.zeros(1, 1))]
    return model, opt, torch.nn.functional.mse_loss, batches, batches
