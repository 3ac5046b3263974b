"""What does this print? Short programs, predicted without running them, one after the other.

predictions.toml holds the programs in their order, and digests of what they print. It is not handed out: at home these
tests look at the form of an answer and no more. Whoever runs a program knows what it prints, and nothing here could
keep anybody from that. A later prediction is judged when all before it are right; one that is locked costs its own
points, and no others.
"""

import re
import tomllib
from pathlib import Path

from grader.course import load_module
from grader.suite import Mismatch, points, require
from grader.suite.source import literal

PROGRAMS = Path(__file__).with_name("predictions.toml")
programs = tomllib.loads(PROGRAMS.read_text(encoding="utf-8"))["program"] if PROGRAMS.exists() else []
seal = load_module(Path(__file__).with_name("test_choices.py")).seal
MOST = 2000
HINT = "Follow it line by line, with a pencil, and write each line that it prints. Run it when you are stuck."


NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.ASCII)


def normalised(text):
    """A printed text without what doesn't matter: spaces, quotes, empty lines; numbers as numbers (1 is 1.0)."""
    plain = text.casefold().translate(dict.fromkeys(map(ord, "'\"`")))
    lines = [NUMBER.sub(lambda m: f"{float(m[0]) + 0.0:.12g}", line) for line in plain.splitlines()]
    return "\n".join(kept for line in lines if (kept := "".join(line.split())))


def written(student, task):
    """The prediction, normalised. Raises Mismatch for one that is no text."""
    got = getattr(student, task)()
    told = f'{task} has to return the text that is printed, such as "1\\n2", not {literal(got)[:100]}'
    require(isinstance(got, str), told)
    require(bool(normalised(got)), f"{task} has to return the text that is printed, but it is empty")
    require(
        len(got) < MOST, f"{task} has to return what is printed, which is short; this has {len(got)} letters"
    )
    return normalised(got)


def predict(student, task):
    """All predictions before this one are right, and so is this one. Raises Mismatch."""
    got = written(student, task)
    for program in programs:
        if program["task"] == task:
            break
        require(right_of(student, program), f"Locked: {program['task']} comes first, and is not right yet.")
    else:
        return
    if seal(task, got) != program["right"]:
        told = program.get("wrong", {}).get(seal(task, got), "Follow it once more, line by line.")
        raise Mismatch(f"{task}: that is not what it prints.\n{told}")


def right_of(student, program):
    """Whether an earlier prediction is right; one that is not written, or raises, is not."""
    text = student.run("written_text", program["task"], as_python=f"{program['task']}()")
    return (
        text is not None and len(text) < MOST and seal(program["task"], normalised(text)) == program["right"]
    )


@points(1, function="p1_backward_thrice", hint=HINT, form=not programs)
def test_p1_backward_thrice(student):
    """Prediction 1: backward, three times over"""
    predict(student, "p1_backward_thrice")


@points(1, function="p2_averages", hint=HINT, form=not programs)
def test_p2_averages(student):
    """Prediction 2: an average and what debiasing makes of it"""
    predict(student, "p2_averages")


@points(1, function="p3_batch_means", hint=HINT, form=not programs)
def test_p3_batch_means(student):
    """Prediction 3: a mean of means"""
    predict(student, "p3_batch_means")


@points(1, function="p4_asking", hint=HINT, form=not programs)
def test_p4_asking(student):
    """Prediction 4: who is asked, and who no longer"""
    predict(student, "p4_asking")


@points(1, function="p5_shortcuts", hint=HINT, form=not programs)
def test_p5_shortcuts(student):
    """Prediction 5: reading and writing through a shortcut"""
    predict(student, "p5_shortcuts")


@points(1, function="p6_first_step", hint=HINT, form=not programs)
def test_p6_first_step(student):
    """Prediction 6: Adam's first step for a large and a small gradient"""
    predict(student, "p6_first_step")


@points(1, function="p7_dropout", hint=HINT, form=not programs)
def test_p7_dropout(student):
    """Prediction 7: a layer in its two modes"""
    predict(student, "p7_dropout")
