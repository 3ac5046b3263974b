"""Cases, strategies and checks of test_texts.py."""

from grader.suite import require

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
    in_words = f"{task} is very short: about {LEAST} letters of your own are the least that can be graded"
    require(weight >= LEAST, in_words)
    varied = len({own[k : k + 4] for k in range(len(own))})
    require(varied >= LEAST // 4, f"{task} says the same over and over")
