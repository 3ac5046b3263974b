"""cos_1cycle_anneal: its two halves, and the lesson's run.

A weaker suite, with one start and end for all, lets pass: a second half that starts at start, or that runs upwards,
a line in place of the cosine, three numbers in another order.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, few_examples, points

from .support.common import cosine
from .support.one_cycle import check, positions

rates = st.one_of(st.integers(-20, 20).map(lambda n: n / 10), st.floats(-10, 10, allow_subnormal=False))


@points(
    1,
    function="cos_1cycle_anneal",
    hint="Which of the three numbers does the first half lead from, and to?",
    handout="a list of two schedules for combine_scheds: by cosine from start to high, and from high to end",
)
@given(cycle=st.lists(rates, min_size=3, max_size=3), positions=positions)
@example(cycle=[0.3, 0.6, 0.2], positions=[0.0, 0.25, 1.0])
@example(cycle=[0.0, 0.0, 0.0], positions=[0.25])
def test_up(student, cycle, positions):
    """The first half goes by cosine from start to high"""
    check(student, cycle, positions, 0)


@points(
    1,
    function="cos_1cycle_anneal",
    hint="Where does the second half begin? The first one knows.",
    handout="a list of two schedules for combine_scheds: by cosine from start to high, and from high to end",
)
@given(cycle=st.lists(rates, min_size=3, max_size=3), positions=positions)
@example(cycle=[0.3, 0.6, 0.2], positions=[0.0, 0.25, 1.0])
@example(cycle=[0.0, 0.0, 0.0], positions=[0.25])
def test_down(student, cycle, positions):
    """The second half goes by cosine from high to end"""
    check(student, cycle, positions, 1)


@points(
    2,
    function="cos_1cycle_anneal",
    hint="Put the two into combine_scheds, and look at 0, at 0.15, at 0.3, at 0.65.",
    handout=(
        ("a list of two schedules for combine_scheds: by cosine from start to high, and from high to end"),
        (
            "The lesson's run: 30 % of the training by cosine from 0.3 to 0.6, then 70 % by "
            "cosine from 0.6 to 0.2."
        ),
    ),
)
@few_examples()
@given(share=st.integers(2, 14).map(lambda n: n / 16), cycle=st.lists(rates, min_size=3, max_size=3))
@example(share=0.3, cycle=[0.3, 0.6, 0.2])
def test_the_run_of_the_lesson(student, share, cycle):
    """Combined, they are one cycle; the lesson's: 30 % from 0.3 to 0.6, 70 % from 0.6 to 0.2"""
    shares = [share, 1 - share]
    start, high, end = cycle
    positions = [k / 50 for k in range(50)]  # the halves agree where they meet
    made = f"combine_scheds({shares!r}, cos_1cycle_anneal({', '.join(map(repr, cycle))}))"
    code = f"s = {made}\n[s(k / 50) for k in range(50)]"
    got = student.run("one_cycle_combined", shares, cycle, positions, as_python=code)
    allowed = 1e-5 * max(map(abs, cycle)) + 1e-12
    for pos, value in zip(positions, got, strict=True):
        up = pos < share
        due = cosine(start, high, pos / share) if up else cosine(high, end, (pos - share) / (1 - share))
        assert_close(value, due, what=f"{made} at {pos!r}", atol=allowed)
