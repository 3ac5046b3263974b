"""Cases, strategies and checks of test_counting.py."""

import math

from grader.suite import assert_close, require
from grader.suite.source import literal

TRAIN_EVAL = """from types import SimpleNamespace as Bag
cb = TrainEvalCallback(); cb.learn = learn = Bag(model=torch.nn.Identity())
def fire(event): getattr(cb, event, bool)()
for learn.n_epoch, train, valid in {fits}:
    learn.dls = Bag(train=range(train), valid=range(valid))
    fire("before_fit")
    for learn.epoch in range(learn.n_epoch):
        fire("before_epoch")
        for half, learn.dl in (("train", learn.dls.train), ("validate", learn.dls.valid)):
            learn.n_iter = len(learn.dl); fire(f"before_{{half}}")
            for learn.iter in range(learn.n_iter):
                fire("before_batch"); print(half, learn.epoch, learn.iter, {what})
                fire("after_batch")
            fire(f"after_{{half}}")
        fire("after_epoch")
    fire("after_fit")"""


def counted(student, fits: list[list[int]], what: str) -> list[tuple[dict, str, float, float]]:
    """For each batch: its state, where it is in words, how many training batches came before, and their share."""
    seen = []
    for f, epoch, training, k, state in student.run(
        "train_eval", fits, as_python=TRAIN_EVAL.format(fits=fits, what=what)
    ):
        n_epoch, train, _ = fits[f]
        done = epoch * train + (k if training else train)
        half = "training" if training else "validation"
        where = f"in a fit of {n_epoch} epochs with {train} training batches"
        where += " (the second of one callback)" if f else ""
        seen.append(
            (state, f"{where}, at {half} batch {k} of epoch {epoch}: ", training, done, n_epoch * train)
        )
    return seen


def story(epochs: int, train: list[int], valid: list[int], k: int, metrics: list[str] = ()) -> str:
    in_words = f"{epochs} epochs, training batches of {train} items, validation batches of {valid}"
    in_words += f", metrics: means of {', '.join(metrics)}" if metrics else ""
    return f"{'the second fit of' if k else ''} {in_words}: ".lstrip()


def rows_of(got: dict, n: int, where: str, epochs: int) -> list[list]:
    """The rows, each of n numbers."""
    require(
        len(got["rows"]) == epochs, f"{where}recorder.values has {len(got['rows'])} rows, expected {epochs}"
    )
    for k, row in enumerate(got["rows"]):
        short = literal(row)[:100]
        require(isinstance(row, list), f"{where}values[{k}] is {short}, expected a row of {n} numbers")
        require(len(row) == n, f"{where}values[{k}] is {short}, which has {len(row)} entries; expected {n}")
    return got["rows"]


def per_item(losses: list[float], sizes: list[int]) -> float:
    return sum(loss * n for loss, n in zip(losses, sizes, strict=True)) / sum(sizes)


def check_smooth(got: dict, epochs: int, train: list[int], valid: list[int], fit: int) -> None:
    """smooth_loss at each moment, from the losses that this fit had."""
    where = story(epochs, train, valid, fit)
    n, average, done, due = len(train) + len(valid), 0.0, 0, []
    for e in range(epochs):
        for i, loss in enumerate(got["losses"][e * n : e * n + len(train)]):
            if e or i:
                due.append((average / (1 - 0.98**done), done))
            average, done = 0.98 * average + 0.02 * loss, done + 1
        due.append((average / (1 - 0.98**done), done))
    size = max(map(abs, got["losses"]))
    require(
        len(got["smooth"]) == len(due), f"{where}there were {len(got['smooth'])} moments, expected {len(due)}"
    )
    for value, (expected, after) in zip(got["smooth"], due, strict=True):
        what = f"{where}smooth_loss after {after} training batches"
        require(isinstance(value, float) and math.isfinite(value), f"{what} is {literal(value)[:60]}")
        assert_close(value, expected, what=what, atol=1e-5 * (1 + size))
