"""Cases, strategies and checks of test_choices.py."""

import hashlib
import tomllib
from pathlib import Path

from grader.suite import Mismatch, require
from grader.suite.source import literal

KEY = Path(__file__).parents[1] / "choices.toml"
key = tomllib.loads(KEY.read_text(encoding="utf-8")) if KEY.exists() else {}


def seal(task, answer):
    """The digest under which an answer is kept."""
    return hashlib.sha256(f"unit 11, chapter 16, lesson 9|{task}|{answer}".encode()).hexdigest()


def letters(student, task, allowed, in_order=False):
    """The letters of the task's answer, "ac" or ["a", "c"], or a set. Raises Mismatch for what holds any others."""
    came = student.run("answer", task, as_python=f"{task}()")
    value, kind = came["value"], came["kind"]
    parts = list(value) if isinstance(value, (str, list, tuple)) else [value]
    shown = "None (is a return missing?)" if value is None else literal(value)[:100]
    in_words = f"{task} has to return letters out of {' '.join(allowed)}, such as {allowed[0]!r}, not {shown}"
    require(all(isinstance(p, str) for p in parts), in_words)
    kept = [p.strip(" ,;)\n") for p in parts]
    kept = [p.upper() if allowed.isupper() else p.lower() for p in kept if p]
    require(bool(kept) and all(len(p) == 1 and p in allowed for p in kept), in_words)
    require(
        not (in_order and kind in ("set", "frozenset")), f"{task} has to return a list: a {kind} has no order"
    )
    return kept


def judge(task, answer):
    """Compare with the key, where it is there. Raises Mismatch with what is said of a wrong letter, or place."""
    if task not in key or seal(task, answer) == key[task]["right"]:
        return
    said = key[task]["wrong"]
    places = (f"{k}{a}" for k, a in enumerate(answer, 1))
    found = next((p for p in (answer, *places, *answer) if p in said), None)
    explained = f"{found}: {said[found]}" if found else key[task]["otherwise"]
    raise Mismatch(f"{task}: this is not it yet.\n{explained}")


def one(student, task, allowed="abcd"):
    """The answer is one letter."""
    got = letters(student, task, allowed)
    require(len(got) == 1, f"{task} has to return one letter, not {len(got)}")
    judge(task, got[0])


def several(student, task, allowed="abcde"):
    """The answer is some of the letters, in any order."""
    judge(task, "".join(sorted(set(letters(student, task, allowed)))))


def ordered(student, task, allowed):
    """The answer is all the letters, in their order."""
    got = letters(student, task, allowed, in_order=True)
    require(
        sorted(got) == sorted(allowed), f"{task} has to return each of {' '.join(allowed)} once, not {got}"
    )
    judge(task, "".join(got))


def matched(student, task, lines, allowed):
    """The answer is a letter for each of so many lines."""
    got = letters(student, task, allowed, in_order=True)
    require(len(got) == lines, f"{task} has to return {lines} letters, one for each line, not {len(got)}")
    judge(task, "".join(got))
