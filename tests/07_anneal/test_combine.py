"""combine_scheds: the right phase, at the right position within it.

The phases are the probe's own: phase number n answers 10 · n plus the position that it is asked at, so that an answer
tells both. A weaker suite, with two phases and a curve to look at, lets pass: a third phase that starts where the
second does, positions that are not stretched to the phase, phases that go on from where they were last asked.

Positions lie inside the phases: where two meet, either may count. Shares are sixteenths, whose sum is exactly 1.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.source import literal

from .support.combine import ask, check, lambdas, phases, shares

within = st.one_of(st.just(0.5), st.integers(1, 15).map(lambda n: n / 16), st.floats(0.002, 0.998))


@points(
    3,
    function="combine_scheds",
    hint="Where does phase i begin? How far is pos from there, in units of its share?",
    handout=(
        "runs one schedule or more, one after the other, each from its 0 to its 1",
        "When training is at position p, phase i is at its own position",
    ),
)
@given(shares=shares, data=st.data())
@example(shares=[0.5, 0.5], data=None)
@example(shares=[0.3, 0.7], data=None)
@example(shares=[0.25, 0.5, 0.25], data=None)
@example(shares=[0.125, 0.125, 0.25, 0.0625, 0.4375], data=None)
@example(shares=[1.0], data=None)
def test_one_after_the_other(student, shares, data):
    """In each phase its schedule answers, asked at (pos - where the phase begins) / its share"""
    inner = [data.draw(within, label=f"position in phase {n}") if data else 0.25 for n in phases(shares)]
    check(student, [shares], [ask(shares, n, x) for n, x in enumerate(inner, 1)])


@points(
    1,
    function="combine_scheds",
    hint="A phase ends where the next one begins, no sooner.",
    handout=(
        "runs one schedule or more, one after the other, each from its 0 to its 1",
        "Phases that take the shares … of the training begin at",
    ),
)
@few_examples()
@given(shares=shares)
@example(shares=[0.5, 0.5])
@example(shares=[0.25, 0.5, 0.25])
def test_up_to_the_joins(student, shares):
    """Just after a phase began its schedule answers, and still just before the next one begins"""
    check(student, [shares], [ask(shares, n, x) for n in phases(shares) for x in (0.0001, 0.9999)])


@points(
    1,
    function="combine_scheds",
    hint="At position 0, nothing of the first phase is over.",
    handout="runs one schedule or more, one after the other, each from its 0 to its 1",
)
@few_examples(10)
@given(shares=shares, as_int=st.booleans())
@example(shares=[1.0], as_int=True)
@example(shares=[0.25, 0.5, 0.25], as_int=False)
def test_at_the_beginning(student, shares, as_int):
    """At position 0 the first schedule is asked, at its 0"""
    check(student, [shares], [[0, 0 if as_int else 0.0, 1, 0.0]])


@points(
    2,
    function="combine_scheds",
    hint="What is left to do at the next position? Nothing may be: where are your sums kept?",
    handout="Schedules remember nothing: positions may be asked for in any order, and of several "
    "schedules in turn.",
)
@given(
    many=st.lists(shares, min_size=1, max_size=3),
    data=st.data(),
)
@example(many=[[0.25, 0.75], [0.75, 0.25]], data=None)
@example(many=[[0.25, 0.5, 0.25]], data=None)
def test_any_order_and_side_by_side(student, many, data):
    """Positions may be asked in any order and again, of several combined schedules in turn"""
    every = [ask(shares, n, 0.5, i) for i, shares in enumerate(many) for n in phases(shares)]
    some = st.integers(0, len(every) - 1)
    again = data.draw(st.lists(some, max_size=6), label="asks") if data else [len(every) - 1, 0]
    check(student, many, [*reversed(every), *(every[k] for k in again)])


@points(
    1,
    function="combine_scheds",
    hint="The lists belong to who calls. Make your own, if you need others.",
    handout="The lists that combine_scheds is given stay as they are.",
)
@few_examples()
@given(shares=shares)
@example(shares=[0.25, 0.5, 0.25])
def test_the_lists_of_the_caller(student, shares):
    """The lists of shares and of schedules are left as they were"""
    positions = [ask(shares, n, 0.5)[1] for n in phases(shares)]
    code = (
        f"pcts, scheds = {shares!r}, [{lambdas(shares)}]\ns = combine_scheds(pcts, scheds)\n"
        f"[s(pos) for pos in {positions!r}]; (pcts, len(scheds))"
    )
    left = student.run("combine_and_look", shares, positions, as_python=code)
    require(
        left["shares"] == shares,
        f"the list of shares was {shares!r}, and is {literal(left['shares'])} afterwards",
    )
    require(
        left["phases"] == phases(shares),
        f"the list of {len(shares)} schedules was changed: afterwards it holds "
        + (", ".join(f"number {n}" if n else "a new one" for n in left["phases"]) or "nothing"),
    )
