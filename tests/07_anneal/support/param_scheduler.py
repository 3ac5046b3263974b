"""Cases, strategies and checks of test_param_scheduler.py."""

from hypothesis import strategies as st

from grader.suite import assert_close, require
from grader.suite.source import literal

from .common import numbers

KINDS = ["function", "partial", "object"]
lines = st.tuples(st.sampled_from(KINDS), numbers, numbers)


def groups(count: int, names: tuple = ("lr",)) -> list[dict]:
    """Param groups of which each has something of its own under each name."""
    return [{name: 70.0 + 10 * i + n for i, name in enumerate(names)} for n in range(count)]


def fit(count: int, epochs: list[int], names: tuple = ("lr",)) -> list:
    """A fit of so many groups without validation, as the probe takes it."""
    return [groups(count, names), [[train, 0] for train in epochs]]


def schedules_as_python(of: tuple | list) -> str:
    if isinstance(of, list):
        return f"[{', '.join(map(schedules_as_python, of))}]"
    return f"lambda pos: {literal(of[1])} + {literal(of[2])} * pos"


def as_python(schedulers: list, fits: list, joins: dict) -> str:
    """The fits as a program that prints, for each batch, whether it is of training, its position, and the groups."""
    made = [f"ParamScheduler({name!r}, {schedules_as_python(of)})" for name, of in schedulers]
    later = [f"number = 0; later = {literal(joins)}"] if joins else []
    join = "                groups += [later[number]] if number in later else []; number += run.in_train"
    lines = [
        "from types import SimpleNamespace as Bag",
        f"cbs = [{', '.join(made)}]",
        "def fire(event): [getattr(cb, event, bool)() for cb in cbs]",
        *later,
        f"for groups, epochs in {literal(fits)}:",
        "    run = Bag(opt=Bag(param_groups=groups), epochs=len(epochs), n_epochs=0.0)",
        "    [cb.set_runner(run) for cb in cbs]; fire('begin_fit')",
        "    for run.epoch, halves in enumerate(epochs):",
        "        for run.in_train, n in zip((True, False), halves):",
        "            fire('begin_epoch' if run.in_train else 'begin_validate')",
        "            for k in range(n):",
        "                run.n_epochs = run.epoch + (k / n if run.in_train else 1); fire('begin_batch')",
        "                print(run.in_train, run.n_epochs / run.epochs, groups); fire('after_batch')",
        *([join] if joins else []),
    ]
    return "\n".join(lines)


def check(student, schedulers: list, fits: list, joins: dict | None = None, *, others: bool = False) -> None:
    """The scheduled parameters of every group follow their lines, and with `others` the rest stays as it was."""
    report = student.run(
        "schedule", schedulers, fits, joins, as_python=as_python(schedulers, fits, joins or {})
    )
    names = [name for name, _ in schedulers]
    for f, ((start, epochs), seen) in enumerate(zip(fits, report["seen"], strict=True), 1):
        due = [dict(group) for group in start]
        for trained, ((e, k, n, _), got) in enumerate(zip(batches_of(epochs), seen, strict=True)):
            n_epochs = e + k / n
            for name, of in schedulers:
                for i, group in enumerate(due):
                    _, a, b = of[i] if isinstance(of, list) else of
                    group[name] = a + b * n_epochs / len(epochs)
            at = f"at training batch {k} of {n} in epoch {e} of {len(epochs)} (n_epochs {n_epochs:.6g}"
            same(got, due, names, at + (f", fit {f})" if len(fits) > 1 else ")"), others)
            if joins and trained in joins:
                due.append(dict(joins[trained]))


def batches_of(epochs: list) -> list[tuple[int, int, int, bool]]:
    """For each batch, its epoch, its number, how many there are in its half of the epoch, and is it of training?"""
    return [
        (e, k, n, training)
        for e, halves in enumerate(epochs)
        for training, n in zip((True, False), halves, strict=True)
        for k in range(n)
    ]


def same(got: list, due: list, scheduled: list, at: str, others: bool) -> None:
    require(len(got) == len(due), f"{at}, there are {len(got)} param groups, expected {len(due)}")
    for i, (there, here) in enumerate(zip(got, due, strict=True)):
        which = f"of param group {i} of {len(due)}" if len(due) > 1 else "of the param group"
        for name in here if others else scheduled:
            what = f"{at}, {name!r} {which}"
            require(name in there, f"{what} is gone")
            if name in scheduled:
                assert_close(there[name], here[name], what=what, atol=1e-5 * (1 + abs(here[name])))
            else:
                in_words = f"{what}, which is not scheduled, is {literal(there[name])}, expected {literal(here[name])}"
                require(there[name] == here[name], in_words)
        new = sorted(set(map(str, there)) - set(here)) if others else []
        require(not new, f"{at}, there is something new in the dict {which}: {', '.join(new)}")


halves = st.tuples(st.integers(1, 3), st.integers(1, 2)).map(list)
