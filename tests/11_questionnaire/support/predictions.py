"""Cases, strategies and checks of test_predictions.py."""

import re
import tomllib
from pathlib import Path

from grader.suite import Mismatch, require
from grader.suite.source import literal

from .choices import seal

PROGRAMS = Path(__file__).parents[1] / "predictions.toml"
programs = tomllib.loads(PROGRAMS.read_text(encoding="utf-8"))["program"] if PROGRAMS.exists() else []
MOST = 2000
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.ASCII)


def normalised(text):
    """A printed text without what doesn't matter: spaces, quotes, empty lines; numbers as numbers (1 is 1.0)."""
    plain = text.casefold().translate(dict.fromkeys(map(ord, "'\"`")))
    lines = [NUMBER.sub(lambda m: f"{float(m[0]) + 0.0:.12g}", line) for line in plain.splitlines()]
    return "\n".join(kept for line in lines if (kept := "".join(line.split())))


def written(student, task):
    """The prediction, normalised. Raises Mismatch for one that is no text."""
    got = getattr(student, task)()
    in_words = f'{task} has to return the text that is printed, such as "1\\n2", not {literal(got)[:100]}'
    require(isinstance(got, str), in_words)
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
        in_words = program.get("wrong", {}).get(seal(task, got), "Follow it once more, line by line.")
        raise Mismatch(f"{task}: that is not what it prints.\n{in_words}")


def right_of(student, program):
    """Whether an earlier prediction is right; one that is not written, or raises, is not."""
    text = student.run("written_text", program["task"], as_python=f"{program['task']}()")
    return (
        text is not None and len(text) < MOST and seal(program["task"], normalised(text)) == program["right"]
    )
