"""annealer and the four schedules, against their formulas in float64.

A weaker suite lets pass: smoothstep 3p² - 2p³ for the cosine (right at 0, ½ and 1), a straight line in steps, a
power for the exponential, curves that are right only upwards, an annealer that keeps the last start and end in one
place for all. Positions are asked for out of order.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points

from .support.common import cosine
from .support.schedules import asked, at_the_ends, between, check, check_annealed, exponential, inside, line

numbers = st.one_of(
    st.integers(-4, 4),
    st.integers(-40, 40).map(lambda n: n / 10),
    st.floats(-1000, 1000, allow_subnormal=False),
)

positive = st.one_of(
    st.sampled_from([1, 0.1, 2, 0.01, 10.0, 1e-6]), st.floats(1e-3, 1e3, allow_subnormal=False)
)

ENDS = [0.0, 1.0, 1, 0, 1.0]


@points(
    2,
    function="sched_lin",
    hint="How far from start to end is it, and how much of that is done at pos?",
    handout="as in the table; right at 0 and 1 to rounding of the larger end, in between to 1e-5 of it "
    "(sched_exp: of the value)",
    stub="A straight line from start to end: start + pos · (end - start).",
)
@given(start=numbers, end=numbers, positions=asked)
@example(start=1, end=2, positions=[0.3])
@example(start=2.0, end=-1.0, positions=[0.75, 0.25])
@example(start=3.0, end=3.0, positions=[0.5])
def test_line(student, start, end, positions):
    """sched_lin(s, e)(p) = s + p · (e - s)"""
    check(student, "sched_lin", start, end, positions, line, allowed=between(start, end))


@points(
    2,
    function="sched_cos",
    hint="1 - cos(π p) goes from 0 to 2. Work p = ½ and p = ¼ out by hand.",
    handout="as in the table; right at 0 and 1 to rounding of the larger end, in between to 1e-5 of it "
    "(sched_exp: of the value)",
    stub="Half a period of a cosine, flat at both ends: start + (1 - cos(π · pos)) / 2 · (end - start).",
)
@given(start=numbers, end=numbers, positions=asked)
@example(start=0, end=1, positions=[0.5])
@example(start=0.3, end=0.6, positions=[0.25, 0.75])
@example(start=2.0, end=-1.0, positions=[0.9, 0.1])
@example(start=3.0, end=3.0, positions=[0.5])
def test_cosine(student, start, end, positions):
    """sched_cos(s, e)(p) = s + (e - s) · (1 - cos π p) / 2"""
    check(student, "sched_cos", start, end, positions, cosine, allowed=between(start, end))


@points(
    2,
    function="sched_exp",
    hint="Equal factors in equal times: which factor leads from start to end?",
    handout="as in the table; right at 0 and 1 to rounding of the larger end, in between to 1e-5 of it "
    "(sched_exp: of the value)",
    stub="Equal factors in equal times: start · (end / start)^pos.",
)
@given(start=positive, end=positive, positions=asked)
@example(start=1, end=4, positions=[0.5])
@example(start=10.0, end=0.1, positions=[0.25, 0.75])
@example(start=1e-6, end=1.0, positions=[0.5, 1 / 3])
@example(start=3.0, end=3.0, positions=[0.5])
def test_exponential(student, start, end, positions):
    """sched_exp(s, e)(p) = s · (e / s)^p, to 1e-5 of that, however small it is"""
    check(student, "sched_exp", start, end, positions, exponential, allowed=lambda due: 1e-5 * due)


@points(
    1,
    function="sched_no",
    hint="What does the end have to say here?",
    stub="Stays at start, whatever end is.",
)
@given(start=numbers, end=numbers, positions=asked)
@example(start=0.3, end=0.6, positions=[0.5])
@example(start=0.3, end=0.6, positions=ENDS)
@example(start=0, end=5, positions=ENDS)
def test_no_change(student, start, end, positions):
    """sched_no(s, e) is s at every position, at 0 and 1 too"""
    check(student, "sched_no", start, end, positions, lambda s, e, p: s, allowed=at_the_ends(start, 0))


@points(
    1,
    function="sched_lin",
    hint="pos may be the float 1.0 or the int 1. What is left of start there?",
    handout="right at 0 and 1 to rounding of the larger end",
    stub="A straight line from start to end: start + pos · (end - start).",
)
@given(start=numbers, end=numbers)
@example(start=0.3, end=0.6)
@example(start=1, end=-1)
def test_line_at_its_ends(student, start, end):
    """sched_lin is at start at 0, and at end at 1, to rounding"""
    check(student, "sched_lin", start, end, ENDS, line, allowed=at_the_ends(start, end))


@points(
    1,
    function="sched_cos",
    hint="Work out cos 0 and cos π: is it flat at start, and at end?",
    handout="right at 0 and 1 to rounding of the larger end",
    stub="Half a period of a cosine, flat at both ends: start + (1 - cos(π · pos)) / 2 · (end - start).",
)
@given(start=numbers, end=numbers)
@example(start=0.3, end=0.6)
@example(start=1, end=-1)
def test_cosine_at_its_ends(student, start, end):
    """sched_cos is at start at 0, and at end at 1, to rounding"""
    check(student, "sched_cos", start, end, ENDS, cosine, allowed=at_the_ends(start, end))


@points(
    1,
    function="sched_exp",
    hint="What is a factor to the power of 0, and of 1?",
    handout="right at 0 and 1 to rounding of the larger end",
    stub="Equal factors in equal times: start · (end / start)^pos.",
)
@given(start=positive, end=positive)
@example(start=1, end=10)
@example(start=1.0, end=1e-6)
def test_exponential_at_its_ends(student, start, end):
    """sched_exp is at start at 0, and at end at 1, to rounding"""
    check(student, "sched_exp", start, end, ENDS, exponential, allowed=lambda due: 4e-6 * due)


@points(
    2,
    function="annealer",
    hint="Who gets start and end, who gets pos, and who puts the three together?",
    handout="annealer(f)(start, end)(pos) is f(start, end, pos)",
)
@given(start=numbers, end=numbers, positions=st.lists(inside, min_size=1, max_size=3))
@example(start=1, end=2, positions=[0.5])
@example(start=1, end=2, positions=[0.5, 0, 1, 0.5])
@example(start=0, end=0.0, positions=[0.25])
def test_annealer_of_a_function_of_ones_own(student, start, end, positions):
    """annealer(f)(start, end)(pos) is f(start, end, pos), at every position"""
    check_annealed(student, [["f", start, end]], [[0, pos] for pos in positions])


@points(
    2,
    function="annealer",
    hint="Where do start and end live, so that each schedule has its own?",
    handout="Schedules remember nothing: positions may be asked for … of several schedules in turn.",
    stub="turn f(start, end, pos) into a function of (start, end) that returns a schedule",
)
@given(
    made=st.lists(st.tuples(st.sampled_from(["f", "g"]), numbers, numbers).map(list), min_size=2, max_size=4),
    data=st.data(),
)
@example(made=[["f", 1, 2], ["f", 3, 4]], data=None)
@example(made=[["f", 1, 2], ["g", 1, 2]], data=None)
def test_schedules_side_by_side(student, made, data):
    """Each schedule keeps its own function, start and end, however many are made"""
    each = st.tuples(st.integers(0, len(made) - 1), inside).map(list)
    every = [[i, 0.5] for i in range(len(made))]
    more = data.draw(st.lists(each, max_size=4), label="asks") if data else []
    check_annealed(student, made, every + more)


@points(
    1,
    function="annealer",
    hint="A schedule is a function of pos alone: it remembers nothing.",
    handout="Schedules remember nothing: positions may be asked for in any order",
)
@few_examples()
@given(positions=st.lists(inside, min_size=2, max_size=6))
@example(positions=[0.75, 0.25, 0.75])
def test_positions_in_any_order(student, positions):
    """A schedule may be asked again, and backwards: its value depends on the position alone"""
    check_annealed(student, [["f", 0.3, 0.6]], [[0, pos] for pos in [*positions, *reversed(positions)]])
