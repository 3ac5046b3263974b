"""combine_scheds beyond the lesson: the very end, shares as computers add them up, and what is refused.

Phase number n answers 10 · n plus the position that it is asked at, as in test_combine.py.
"""

import math

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require

from .support.combine_edges import check, refused

# Added up in this order: 0.9999999999999999, the same, 1.0, 1.0000000000000002, 0.9999999999999998.
ROUNDED = [[0.7, 0.2, 0.1], [0.1] * 10, [1 / 3] * 3, [0.05, 0.55, 0.3, 0.1], [1 / 7] * 7]
rounded_shares = st.lists(st.integers(1, 9), min_size=1, max_size=10).map(
    lambda weights: [w / sum(weights) for w in weights]
)


@points(
    2,
    function="combine_scheds",
    band="robust",
    hint="At 1 every phase has begun, and there is none after the last.",
    handout=(
        "at 1 the last schedule is asked, at its 1, even if its share is 0",
        "shares may add up to 1 only to rounding",
    ),
)
@given(shares=rounded_shares)
@example(shares=[1.0])
@example(shares=[0.3, 0.7])
@example(shares=[0.25, 0.5, 0.25])
@example(shares=ROUNDED[0])
@example(shares=ROUNDED[1])
@example(shares=ROUNDED[3])
@example(shares=ROUNDED[4])
@example(shares=[0.5, 0.5, 0.0])
@example(shares=[0.05, 0.55, 0.3, 0.1, 0.0])  # the others add up to more than 1
@example(shares=[0.05, 0.55, 0.3, 0.1, 1e-17])
def test_at_the_very_end(student, shares):
    """At position 1, and a hair before it, the last schedule is asked, at its 1, though its share be 0 or next to it"""
    near = (1 - 2**-53, 1 - 2**-40) if shares[-1] > 0.01 else ()
    check(student, shares, [[pos, len(shares), 1.0] for pos in (1.0, 1, *near)])


@points(
    2,
    function="combine_scheds",
    band="robust",
    hint="What is 0.7 + 0.2 + 0.1 == 1 in Python?",
    handout="shares may add up to 1 only to rounding",
)
@given(shares=rounded_shares, inner=st.floats(0.01, 0.99))
@example(shares=ROUNDED[0], inner=0.5)
@example(shares=ROUNDED[1], inner=0.5)
@example(shares=ROUNDED[2], inner=0.5)
@example(shares=ROUNDED[3], inner=0.5)
@example(shares=ROUNDED[4], inner=0.5)
def test_shares_that_add_up_to_1_nearly(student, shares, inner):
    """Shares whose sum is 1 but for rounding are shares like others"""
    begins = [math.fsum(shares[:k]) for k in range(len(shares))]
    asks = [
        [begin + share * inner, n, inner]
        for n, (begin, share) in enumerate(zip(begins, shares, strict=True), 1)
    ]
    check(student, shares, asks)


@points(
    1,
    function="combine_scheds",
    band="robust",
    hint="What is (pos - begin) / share for a share of 0? Who is never asked?",
    handout="else a phase whose share is 0 is never asked",
)
@few_examples()
@given(where=st.integers(0, 2), whole=st.booleans(), inner=st.floats(0.01, 0.99))
@example(where=0, whole=False, inner=0.5)
@example(where=1, whole=False, inner=0.5)
@example(where=2, whole=False, inner=0.5)
@example(where=0, whole=True, inner=0.5)
def test_a_phase_without_a_share(student, where, whole, inner):
    """A share of 0 is none too few: its phase is passed over, and the others are where they would be without it"""
    shares = [1] if whole else [0.25, 0.75]
    numbers = [n for n in range(1, len(shares) + 2) if n != min(where, len(shares)) + 1]
    begins = [0.0, *shares][: len(shares)]
    asks = [[b + s * inner, n, inner] for b, s, n in zip(begins, shares, numbers, strict=True)]
    asks += [[0.0, numbers[0], 0.0]]
    shares.insert(where, 0 if whole else 0.0)
    check(student, shares, asks)


@points(
    1,
    function="combine_scheds",
    band="robust",
    hint="Shares that need mending are mended in a copy.",
    handout=(
        "shares may add up to 1 only to rounding",
        "The lists that combine_scheds is given stay as they are.",
    ),
)
def test_nearly_1_is_not_mended_in_place(student):
    """Shares that add up to 1 only nearly are left as they were, too"""
    for shares in ROUNDED:
        code = f"pcts = {shares!r}\ncombine_scheds(pcts, [lambda pos: pos] * {len(shares)})(0.5); pcts"
        left = student.run("combine_and_look", shares, [0.5, 1.0], as_python=code)
        require(
            left["shares"] == shares, f"the list of shares was {shares}, and is {left['shares']} afterwards"
        )


@points(
    1,
    function="combine_scheds",
    beside="test_at_the_beginning",
    band="robust",
    hint="The sum may be 1 for all that. Look at each share.",
    handout="ValueError, at once, for a negative share",
)
@few_examples()
@given(share=st.integers(1, 12).map(lambda n: n / 4), at=st.integers(0, 2))
@example(share=0.25, at=1)
@example(share=0.5, at=0)
@example(share=0.5, at=2)
def test_a_negative_share(student, share, at):
    """A negative share is a ValueError, wherever it is, though the sum be 1"""
    shares = [0.5, 0.5 + share]
    shares.insert(at, -share)
    refused(student, shares, 3, "one of the shares negative")


@points(
    1,
    function="combine_scheds",
    beside="test_at_the_beginning",
    band="robust",
    hint="Near enough to 1, but not anything. An assert is no ValueError.",
    handout="ValueError, at once, for … a sum that is wrong by 0.01 or more",
)
@few_examples(10)
@given(shares=rounded_shares, off=st.sampled_from([0.5, 2.0, 0.99, 1.01, 0.9, 1.1]))
@example(shares=[0.5, 0.5], off=0.9)
@example(shares=[0.5, 0.5], off=1.01)
@example(shares=[1.0], off=0.99)
@example(shares=[1.0], off=0.0)
def test_a_wrong_sum(student, shares, off):
    """Shares that don't add up to 1, by a hundredth or more, are a ValueError"""
    refused(student, [share * off for share in shares], len(shares), "whose shares don't add up to 1")


@points(
    1,
    function="combine_scheds",
    beside="test_at_the_beginning",
    band="robust",
    hint="zip stops at the shorter of two lists, and says nothing.",
    handout="ValueError, at once, for … a wrong number of shares",
)
@few_examples(10)
@given(shares=rounded_shares, count=st.integers(0, 4))
@example(shares=[0.5, 0.5], count=1)
@example(shares=[0.5, 0.5], count=3)
@example(shares=[1.0], count=0)
def test_a_wrong_count(student, shares, count):
    """More schedules than shares, or fewer, are a ValueError"""
    count += count == len(shares)
    refused(student, shares, count, f"with {len(shares)} shares")
