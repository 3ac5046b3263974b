"""Cases, strategies and checks of test_combine.py."""

import math

from hypothesis import strategies as st

from grader.suite import Mismatch, assert_close

# Cutting [0, 1] at up to four of its sixteenths gives one to five phases.
shares = st.lists(st.integers(1, 15), max_size=4, unique=True).map(
    lambda cuts: [(b - a) / 16 for a, b in zip([0, *sorted(cuts)], [*sorted(cuts), 16], strict=True)]
)


def phases(shares: list) -> list:
    return list(range(1, len(shares) + 1))


def lambdas(shares: list) -> str:
    return ", ".join(f"lambda pos: {10 * n} + float(pos)" for n in phases(shares))


def check(student, many: list, asks: list) -> None:
    """many: the shares of each combined schedule
    asks: [number of the schedule, position, number of the phase, position in it] for each
    """
    asked = [[i, pos] for i, pos, _, _ in asks]
    made = ", ".join(f"combine_scheds({shares!r}, [{lambdas(shares)}])" for shares in many)
    code = f"s = [{made}]\n[{', '.join(f's[{i}]({pos!r})' for i, pos in asked)}]"
    got = student.run("combined", [[shares, phases(shares)] for shares in many], asked, as_python=code)
    for (i, pos, phase, inner), answer in zip(asks, got, strict=True):
        which = f"of {len(many)} combined schedules, the one " if len(many) > 1 else ""
        assert_phase(answer, phase, inner, f"{which}with shares {many[i]}, at position {pos:.9g}")


def assert_phase(answer, phase: int, inner: float, in_words: str) -> None:
    try:
        assert_close(answer, 10 * phase + inner, atol=1e-5)
    except Mismatch as mismatch:
        try:
            value = float(answer)
            number = math.floor((value + 5) / 10)
        except (TypeError, ValueError, OverflowError):
            raise Mismatch(f"{in_words}: {mismatch}") from None
        came = f"phase {number} at {value - 10 * number:.6g}" if 0 < number < 20 else f"{value:.6g}"
        raise Mismatch(
            f"{in_words}, it is the turn of phase {phase}, at {inner:.6g} of its own; what answered was {came}"
        ) from None


def ask(shares: list, phase: int, inner: float, schedule: int = 0) -> list:
    """To ask schedule number so-and-so in the middle of a phase, counted from 1."""
    pos = math.fsum(shares[: phase - 1]) + shares[phase - 1] * inner
    return [schedule, pos, phase, inner]
