"""Cases, strategies and checks of several tests."""

from grader.suite.training.scripts import act, callback, script

RUN = (
    "from types import SimpleNamespace as Bag\n"
    "dls = Bag(train=train_dl, valid=valid_dl)\n"
    "Learner(dls, model, loss_func, lambda params, lr: opt, 1.0, {callbacks}).fit({epochs})"
)


def at(exception: str, event: str, nth: int = 0, **options):
    return script(callback(act(event, nth, does="raise", value=exception)), **options)


INNER = ("after_batch", "after_train", "after_validate", "after_epoch")
