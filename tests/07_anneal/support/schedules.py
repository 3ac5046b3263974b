"""Cases, strategies and checks of test_schedules.py."""

from collections.abc import Callable

from hypothesis import strategies as st

from grader.suite import assert_close, require
from grader.suite.source import literal

inside = st.one_of(st.integers(1, 15).map(lambda n: n / 16), st.floats(0.001, 0.999))
asked = st.lists(inside, min_size=1, max_size=4)


def line(start: float, end: float, pos: float) -> float:
    return start + pos * (end - start)


def exponential(start: float, end: float, pos: float) -> float:
    return start * (end / start) ** pos


def check(
    student,
    name: str,
    start: float,
    end: float,
    positions: list,
    formula: Callable[[float, float, float], float],
    *,
    allowed: Callable[[float], float],
) -> None:
    """The schedule has the formula's value at each position, within allowed(that value)."""
    made = f"{name}({start!r}, {end!r})"
    code = f"s = {made}\n[s(pos) for pos in {positions!r}]"
    got = student.run("values", [[name, start, end]], [[0, pos] for pos in positions], as_python=code)
    for pos, value in zip(positions, got, strict=True):
        due = formula(start, end, pos)
        assert_close(value, due, what=f"{made} at {pos!r}", atol=allowed(due))


def between(start: float, end: float) -> Callable[[float], float]:
    """What is allowed inside: the lesson works in float32."""
    return lambda _: 1e-5 * max(abs(start), abs(end)) + 1e-12


def at_the_ends(start: float, end: float) -> Callable[[float], float]:
    """What is allowed at 0 and 1: some roundings, in float32."""
    return lambda _: 1e-6 * max(abs(start), abs(end)) + 1e-12


def annealed_as_python(made: list, asks: list) -> str:
    names = dict.fromkeys(name for name, _, _ in made)
    lines = [f"@annealer\ndef {name}(start, end, pos): return ['{name}', start, end, pos]" for name in names]
    schedules = ", ".join(f"{name}({start!r}, {end!r})" for name, start, end in made)
    asked = ", ".join(f"s[{i}]({pos!r})" for i, pos in asks)
    return "\n".join([*lines, f"s = [{schedules}]", f"[{asked}]"])


def check_annealed(student, made: list, asks: list) -> None:
    """made and asks as the probe takes them."""
    got = student.run("annealed", made, asks, as_python=annealed_as_python(made, asks))
    for (i, pos), answer in zip(asks, got, strict=True):
        name, start, end = made[i]
        in_words = f"the schedule {name}({start!r}, {end!r}), asked at {pos!r},"
        among = f" ({len(made)} schedules were made before)" if len(made) > 1 else ""
        what = f"where {name}(start, end, pos) returns its arguments, {in_words} answered"
        require(
            answer == [name, start, end, pos],
            f"{what} {literal(answer)}, expected {[name, start, end, pos]!r}{among}",
        )
