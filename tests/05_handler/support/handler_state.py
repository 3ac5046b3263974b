"""Cases, strategies and checks of test_handler_state.py."""

from grader.suite.training.scripts import callback, script

from .common import TRAINING

ARGUMENTS = {"begin_fit": "learn", "begin_batch": "xb, yb", "after_loss": "loss"}


def told_call(name: str, number: int) -> str:
    return f"handler.{name}({number if name == 'begin_epoch' else ARGUMENTS.get(name, '')})"


def code(calls: list[list], look: str = "") -> str:
    """The calls of a handler without callbacks, each with its answer and a look at something."""
    learner = "learn = Bag(model=nn.Sequential(nn.Linear(1, 1)))"
    lines = [
        "from types import SimpleNamespace as Bag; from torch import nn",
        learner,
        "xb, yb, loss = torch.ones(1, 1), torch.ones(1, 1), torch.tensor(1.0)",
        "handler = CallbackHandler()",
    ]
    for name, number in calls:
        doing = {
            "stop": "learn.stop = True",
            "renew": learner,
            "mode": f"learn.model{'[0]' * (number > 1)}.train({bool(number % 2)})",
        }
        in_words = told_call(name, number)
        lines.append(doing.get(name) or f'print("{in_words}", {in_words}{look})')
    return "\n".join(lines)


def handle(student, calls: list[list], n: int = 1, look: str = "") -> tuple[list[dict], dict]:
    """The report on each call of a handler with n callbacks that let everything go on, and on the rest."""
    s = script(*[callback(derived=False)] * n, train=[1, 1], valid=[1])
    report = student.run("handle", s, calls, as_python=code(calls, look))
    return report["calls"], report


def in_batches(calls: list[list], reports: list[dict]) -> list[tuple[str, bool, dict]]:
    """For the calls within batches: how to tell them, whether they are in training, and their report."""
    in_words, epoch = [], 0
    for (name, number), report in zip(calls, reports, strict=True):
        epoch = number if name == "begin_epoch" else epoch
        if name in TRAINING:
            half = "training" if number < 2 else "validation"
            in_words.append((f"at {name} of a {half} batch of epoch {epoch}", number < 2, report))
    return in_words
