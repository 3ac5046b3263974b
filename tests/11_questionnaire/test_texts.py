"""Answers in free words. A program sees that something of one's own is there; a person reads it.

The point that is given here is for completeness. rubrics.toml says what the person who grades looks for, and how many
points that is worth.
"""

from grader.suite import points

from .support.texts import answered

HINT = "A few sentences: the answer first, then why, then an example. A person will read them."


@points(
    1,
    function="q08_analogy",
    hint=HINT,
    handout="A program gives one point for a text of about 120 letters or more (40 in Chinese characters).",
)
def test_q08_analogy(student, answers):
    """A text on what momentum is like: that it is there (a person grades what it says)"""
    answered(student, "q08_analogy", answers)


@points(
    1,
    function="q20_why_callbacks",
    hint=HINT,
    handout="A program gives one point for a text of about 120 letters or more (40 in Chinese characters).",
)
def test_q20_why_callbacks(student, answers):
    """A text on why callbacks are better than copies of the loop: that it is there (a person grades what it says)"""
    answered(student, "q20_why_callbacks", answers)


@points(
    1,
    function="q21_as_flexible",
    hint=HINT,
    handout="A program gives one point for a text of about 120 letters or more (40 in Chinese characters).",
)
def test_q21_as_flexible(student, answers):
    """A text on what makes callbacks flexible: that it is there (a person grades what it says)"""
    answered(student, "q21_as_flexible", answers)


@points(
    1,
    function="f4_shipped_callback",
    band="stretch",
    hint=HINT,
    handout="A program gives one point for a text of about 120 letters or more (40 in Chinese characters).",
)
def test_f4_shipped_callback(student, answers):
    """A text on a callback that ships with fastai: that it is there (a person grades what it says)"""
    answered(student, "f4_shipped_callback", answers)
