"""Cases, strategies and checks of test_parts.py."""

from grader.suite import require
from grader.suite.source import literal

PARAMETERS = {
    "begin_fit": ["learn"],
    "begin_epoch": ["epoch"],
    "begin_batch": ["xb", "yb"],
    "after_loss": ["loss"],
}


def check_kept(name: str, kept: list, expected: dict, which: str = "it") -> None:
    for attribute, value in kept:
        if attribute in expected:
            due = expected[attribute]
            came = literal(value) if not isinstance(value, str) else f"the {value.removesuffix(' of 0')}"
            due_words = f"the {due.removesuffix(' of 0')}" if isinstance(due, str) else literal(due)
            same = value == due and type(value) is type(due)
            require(same, f"{name}: {attribute} of {which} is {came}, expected {due_words}")


def bunch_of(i: int, c) -> dict:
    sets = {"train_ds": f"data set of train_dl of {i}", "valid_ds": f"data set of valid_dl of {i}"}
    return {"train_dl": f"train_dl of {i}", "valid_dl": f"valid_dl of {i}", "c": c, **sets}


def in_words(i: int, event: str, tag: int, *, with_tags: bool = True) -> str:
    arguments = [
        str(tag) if name == "epoch" else f"{name}_{tag}" if with_tags else name
        for name in PARAMETERS.get(event, [])
    ]
    return f"{'ab'[i]}.{event}({', '.join(arguments)})"


def callback_code(calls: list, derived: bool) -> str:
    cls = "class Mine(Callback): pass\n" if derived else ""
    lines = []
    for i, event, tag in calls:
        names = PARAMETERS.get(event, [])
        arguments = [
            str(tag) if n == "epoch" else f"torch.tensor({tag}.0)" if n == "loss" else f"'{n} {tag}'"
            for n in names
        ]
        lines.append(f"print({'ab'[i]}.{event}({', '.join(arguments)}), {'ab'[i]}.__dict__)")
    made = "Mine" if derived else "Callback"
    return f"{cls}a, b = {made}(), {made}()\n" + "\n".join(lines)


def check_callback(student, calls: list, derived: bool, *, answers: bool = True, kept: bool = True) -> None:
    report = student.run("callback", calls, derived, as_python=callback_code(calls, derived))
    now: list[dict] = [{}, {}]
    for k, ((i, event, tag), entry) in enumerate(zip(calls, report, strict=True)):
        now[i].update({name: f"{name} {tag}" for name in PARAMETERS.get(event, [])})
        so_far = "; ".join(in_words(*call) for call in calls[: k + 1])
        if answers:
            answer = literal(entry["answer"])
            nothing = " (is a `return` missing?)" if entry["answer"] is None else ""
            require(
                entry["answer"] is True,
                f"{in_words(i, event, tag, with_tags=False)} of a Callback returned {answer}{nothing}, expected True",
            )
        for name, value in entry["kept"].items() if kept else ():
            what, due = f"{'ab'[i]}.{name}", now[i][name].replace(" ", "_" if name != "epoch" else " ")
            came = (
                value.replace(" ", "_" if name != "epoch" else " ")
                if isinstance(value, str)
                else literal(value)
            )
            require(value == now[i][name], f"after {so_far}, {what} is {came}, expected {due}")
