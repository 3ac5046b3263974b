"""Cases, strategies and checks of test_one_cycle.py."""

from hypothesis import strategies as st

from grader.suite import assert_close, require

from .common import cosine

positions = st.lists(st.one_of(st.just(0.25), st.floats(0, 1)), min_size=1, max_size=3)


def check(student, cycle: list, positions: list, half: int) -> None:
    """Half number 0 or 1 of the cycle goes by cosine from its start to its end."""
    start, high, end = cycle
    begin, over = (start, high) if half == 0 else (high, end)
    made = f"cos_1cycle_anneal({start!r}, {high!r}, {end!r})"
    code = f"s = {made}\n[[half(pos) for pos in {positions!r}] for half in s]"
    got = student.run("one_cycle", *cycle, positions, as_python=code)
    require(len(got) == 2 and isinstance(got[0], list), f"{made} has to be a list of two schedules")
    for pos, value in zip(positions, got[half], strict=True):
        what = f"{made}[{half}] at {pos!r}, on the way from {begin!r} to {over!r},"
        scale = max(abs(begin), abs(over))
        assert_close(value, cosine(begin, over, pos), what=what, atol=1e-5 * scale + 1e-12)
