"""Cases, strategies and checks of test_recorder.py."""

from hypothesis import strategies as st

from grader.suite import assert_close, require
from grader.suite.source import literal

from .common import numbers

EVENTS = ["begin_batch", "after_pred", "after_loss", "after_backward", "after_step", "after_batch"]


def fits(groups: int, *, least_batches: int = 1, most_epochs: int = 3) -> st.SearchStrategy:
    batch = st.tuples(st.lists(numbers, min_size=groups, max_size=groups), numbers).map(list)
    train = st.lists(batch, min_size=least_batches, max_size=3)
    valid = st.lists(batch, max_size=2)
    return st.lists(st.tuples(train, valid).map(list), min_size=1, max_size=most_epochs)


def as_python(many: list, recorders: int = 1) -> str:
    """The fits as a program that prints the notes after each."""
    groups = max((len(rates) for epochs in many for train, _ in epochs for rates, _ in train), default=1)
    lines = [
        "from types import SimpleNamespace as Bag",
        "w = torch.ones((), requires_grad=True)",
        f"cbs = [Recorder(){', Recorder()' * (recorders - 1)}]",
        "def fire(event): [getattr(cb, event, bool)() for cb in cbs]",
        f"for epochs in {literal(many)}:",
        f"    run = Bag(opt=Bag(param_groups=[{{'lr': 77.0}} for _ in range({groups})]), in_train=False, loss=None)",
        "    [cb.set_runner(run) for cb in cbs]; fire('begin_fit')",
        "    for train, valid in epochs:",
        "        for run.in_train, batches in ((True, train), (False, valid)):",
        "            fire('begin_epoch' if run.in_train else 'begin_validate')",
        "            for lrs, loss in batches:",
        "                fire('begin_batch')",
        "                for g, lr in zip(run.opt.param_groups, lrs if run.in_train else []): g['lr'] = lr",
        "                run.loss = w * loss if run.in_train else torch.tensor(loss)",
        f"                for event in {literal(EVENTS[1:])}: fire(event)",
        "        fire('after_epoch')",
        "    fire('after_fit'); print([(cb.lrs, cb.losses) for cb in cbs])",
    ]
    return "\n".join(lines)


def in_words(epochs: list) -> str:
    halves = ", ".join(
        f"{len(train)} training and {len(valid)} validation batches" for train, valid in epochs
    )
    many = "one epoch" if len(epochs) == 1 else f"{len(epochs)} epochs"
    return f"after {many} ({halves})"


def check(noted: dict, epochs: list, which: str, at: str) -> None:
    """The list called `which`, "lrs" or "losses", is what the training batches of the epochs had."""
    batches = [batch for train, _ in epochs for batch in train]
    due = [rates[-1] if which == "lrs" else loss for rates, loss in batches]
    got = noted[which]
    require(isinstance(got, (list, tuple)), f"{at}, {which} is no list, but {literal(got)[:100]}")
    require(
        len(got) == len(due),
        f"{at}, {which} has {len(got)} entries: {literal(got)[:200]}; expected {len(due)}: {literal(due)}",
    )
    for k, (one, expected) in enumerate(zip(got, due, strict=True)):
        rates = batches[k][0]
        groups = f" (rates of its {len(rates)} param groups: {rates})" if which == "lrs" else ""
        what = f"{at}, {which}[{k}], of training batch {k}{groups},"
        assert_close(one, expected, what=what, atol=1e-6)


def run(student, many: list, recorders: int = 1) -> list:
    return student.run("record", many, recorders, as_python=as_python(many, recorders))


def check_answers(student, name: str) -> None:
    events = student.run("true_answers", [[[[[0.5], 1.0], [[0.5], 1.0]], [[[0.5], 1.0]]]] * 2)[name]
    require(
        not events,
        f"the {name} answers something true at {', '.join(events)}: to a Runner this means: cancel what comes next",
    )
