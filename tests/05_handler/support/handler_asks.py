"""Cases, strategies and checks of test_handler_asks.py."""

from grader.suite import require
from grader.suite.training.narration import classes_as_python, name_of, narrate
from grader.suite.training.scripts import act, callback, script

from .common import PARAMETERS, course

PLAIN = """    def __getattr__(self, landmark):
        return lambda *_, **__: print(type(self).__name__, "hears", landmark) or True"""


def up_to(event: str, nth: int) -> list[list]:
    """The course up to the nth time that the landmark comes, in training if it is after_loss."""
    calls = course(epochs=nth + 1, train=1)
    places = [k for k, call in enumerate(calls) if call[0] == event and call != ["after_loss", 2]]
    return calls[: places[nth] + 1]


def told_call(name: str, number: int) -> str:
    arguments = str(number) if name == "begin_epoch" else PARAMETERS.get(name, "")
    return f"handler.{name}({arguments})"


def code(s, calls: list[list], handler: str) -> str:
    lines = [
        classes_as_python(
            {**s, "callbacks": [{**cb, "hears": "acts"} for cb in s["callbacks"]]},
            parameters=PARAMETERS,
            otherwise="return True",
            plain=PLAIN,
        ),
        "from types import SimpleNamespace as Bag; from torch import nn",
        "learn, loss = Bag(model=nn.Linear(1, 1)), torch.tensor(1.0)",
        f"handler = {handler.format(callbacks=', '.join(name_of(i) + '()' for i in range(len(s['callbacks']))))}",
    ]
    for name, number in calls:
        lines += [f"xb, yb = torch.tensor([{number}.0]), torch.ones(1)"] if name == "begin_batch" else []
        lines.append(f"print({told_call(name, number)})")
    return "\n".join(lines)


def handle(
    student, cbs: list, calls: list[list], *, given: str = "list", odd: bool = False
) -> tuple[list, dict]:
    """The report on each call, and on the rest. Without a word on it, callbacks derive from nothing here."""
    s = script(*[{**cb, "derived": False} for cb in cbs], train=[1, 1], valid=[1])
    argument = {"list": "[{callbacks}]", "none": "None", "nothing": ""}[given]
    python = None if odd else code(s, calls, f"CallbackHandler({argument})")
    report = student.run("handle", s, calls, given, odd, as_python=python)
    return report["calls"], report


def names(numbers: list[int]) -> str:
    return ", ".join(name_of(i) for i in numbers) or "nobody"


def check_goes_on(calls: list[list], reports: list[dict], n: int, at: str) -> None:
    """Every callback heard every question, in order, and the handler says yes."""
    for (name, number), report in zip(calls, reports, strict=True):
        if name in ("do_stop", "after_fit") or [name, number] == ["after_loss", 2]:
            continue
        heard = [entry["cb"] for entry in report["heard"]]
        require(
            heard == list(range(n)),
            f"{at}:\n{name} reached {names(heard)}; expected: {names(list(range(n)))}",
        )
        require(report["answer"], f"{at}:\nall callbacks say yes at {name}, but handler.{name} says no")


def check_asked(student, event: str, nth: int, values: list, *, odd: bool = False) -> None:
    """At this moment callback i answers values[i], before it all answer True."""
    cbs, calls = [callback(act(event, nth, value=value)) for value in values], up_to(event, nth)
    reports, _ = handle(student, cbs, calls, odd=odd)
    at = narrate(script(*cbs))
    check_goes_on(calls[:-1], reports[:-1], len(values), at)
    first_no = next((i for i, value in enumerate(values) if not value), None)
    due = list(range(len(values) if first_no is None else first_no + 1))
    heard = [entry["cb"] for entry in reports[-1]["heard"]]
    require(heard == due, f"{at}:\nhandler.{event} asked {names(heard)}; expected: {names(due)}")
    came, right = reports[-1]["answer"], first_no is None
    require(
        came == right,
        f"{at}:\nhandler.{event} says {'yes' if came else 'no'}, expected {'yes' if right else 'no'}",
    )
