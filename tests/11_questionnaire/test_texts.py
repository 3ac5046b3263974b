"""Answers in free words. A program sees that something of one's own is there; a person reads it.

The point that is given here is for completeness. rubrics.toml says what the person who grades looks for, and how many
points that is worth.
"""

from grader.suite import points, require

MOST = 20_000  # letters that go into the record
LEAST = 120  # letters besides those of the question; in Chinese characters, which say more each, 40


def plain(text):
    return "".join(c for c in text.casefold() if c.isalnum())


def answered(student, task, answers):
    """A text of one's own of some length. Raises Mismatch."""
    text = getattr(student, task)()
    require(isinstance(text, str), f"{task} has to return a text, not {text!r}")
    answers[task] = text[:MOST]
    question = plain(student.run("docstring", task, as_python=f"print({task}.__doc__)"))
    lines = [plain(line) for line in text.replace(". ", ".\n").splitlines()]
    own = "".join(line for line in lines if line and line not in question)
    weight = sum(1 if c.isascii() else 3 for c in own)
    require(weight > 0, f"{task} returns {'the question itself' if plain(text) else 'an empty text'}")
    told = f"{task} is very short: about {LEAST} letters of your own are the least that can be graded"
    require(weight >= LEAST, told)
    varied = len({own[k : k + 4] for k in range(len(own))})
    require(varied >= LEAST // 4, f"{task} says the same over and over")


HINT = "A few sentences: the answer first, then why, then an example. A person will read them."


@points(1, function="q08_analogy", hint=HINT)
def test_q08_analogy(student, answers):
    """A text on what momentum is like: that it is there (a person grades what it says)"""
    answered(student, "q08_analogy", answers)


@points(1, function="q20_why_callbacks", hint=HINT)
def test_q20_why_callbacks(student, answers):
    """A text on why callbacks are better than copies of the loop: that it is there (a person grades what it says)"""
    answered(student, "q20_why_callbacks", answers)


@points(1, function="q21_as_flexible", hint=HINT)
def test_q21_as_flexible(student, answers):
    """A text on what makes callbacks flexible: that it is there (a person grades what it says)"""
    answered(student, "q21_as_flexible", answers)


@points(1, function="f4_shipped_callback", band="stretch", hint=HINT)
def test_f4_shipped_callback(student, answers):
    """A text on a callback that ships with fastai: that it is there (a person grades what it says)"""
    answered(student, "f4_shipped_callback", answers)
