"""A submission searches its own memory for what it must not have: tests, answers, the secret, others' work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import command, course_of, needs_walls, records_in

UNIT = "01_doubling"
MARK = "kestrel"
# How each thing that must not be there begins; twelve letters follow.
PLANTED = {
    "hidden test": MARK + "hiddentestxx",
    "hidden title": MARK + "hiddentitlex",
    "hidden example": MARK + "hiddenexampl",
    "expected value": MARK + "expectedvalu",
    "public test": MARK + "publictestxx",
    "answer key": MARK + "answerkeyxxx",
    "secret": MARK + "secretxxxxxx",
    "another student": MARK + "anotherstude",
}
FILES = {
    f"tests/{UNIT}/unit.toml": 'title = "Doubling"\nmodule = "doubling"\n[functions.double]\n',
    f"tests/{UNIT}/test_doubling.py": f'''
from hypothesis import given, strategies as st
from grader.suite import points, require

@points(2, function="double", hint="twice")
def test_double(student):
    """double(x) = 2x"""
    require(student.double(3) == 6, "{PLANTED["public test"]}")

@points(2, function="double", hint="twice")
@given(n=st.integers(0, 9))
def test_drawn(student, n):
    """double(n) = 2n"""
    require(student.double(n) == 2 * n, "not the double")
''',
    f"tests/{UNIT}/test_hidden_doubling.py": f'''
from hypothesis import example, given, strategies as st
from grader.suite import deepens, require

@deepens("test_double")
@given(word=st.sampled_from(["{PLANTED["hidden example"]}"]), n=st.integers(10, 99))
@example(word="{PLANTED["expected value"]}", n=7)
def test_hidden(student, reference, word, n):
    """Doubles of {PLANTED["hidden title"]}"""
    require(student.double(n) == reference.double(n), f"{PLANTED["hidden test"]} {{word}}")
''',
    f"reference/{UNIT}/doubling.py": f'''"""Doubling."""

NAME = "{PLANTED["answer key"]}"


def double(x):
    # BEGIN SOLUTION
    assert NAME
    return x + x
    # END SOLUTION
''',
    "secret": PLANTED["secret"] + " of the tests, which decides their seeds\n",
    "class/ann/doubling.py": f'def double(x):\n    raise ValueError("{PLANTED["another student"]}")\n',
}
SEARCHES = r"""
import gc, linecache, os, re, sys

MARK = bytes.fromhex("6b65737472656c")
OWN = (MARK + b"controlxxxxx").decode() + "!"
IN_HEX = MARK.hex().encode()
LETTERS = re.compile(MARK + rb"[a-z]{12}")
searched = 0


def _in_memory():
    global searched
    found = set()
    with open("/proc/self/maps") as maps:
        regions = [line.split() for line in maps]
    with open("/proc/self/mem", "rb", buffering=0) as memory:
        for span, rights, *rest in regions:
            if "r" not in rights or ("w" not in rights and len(rest) > 3) or "[v" in rest[-1]:
                continue
            start, end = (int(n, 16) for n in span.split("-"))
            before = b""
            while start < end:
                try:
                    memory.seek(start)
                    part = memory.read(min(end - start, 1 << 20))
                except OSError:
                    break
                searched += len(part)
                text = before + part
                if MARK in text:
                    found |= {word.decode() for word in LETTERS.findall(text)}
                if text.count(IN_HEX) > 0 and re.search(IN_HEX + rb"[0-9a-f]{24}", text):
                    found.add("in hex")
                before, start = part[-40:], start + len(part)
    return found


def _reachable():
    texts = [*os.environ.values(), *sys.argv, *sys.modules, *linecache.cache, *sys.path]
    for fd in range(64):
        try:
            texts.append(os.readlink(f"/proc/self/fd/{fd}"))
        except OSError:
            pass
    for place in ("environ", "cmdline"):
        with open(f"/proc/self/{place}", errors="replace") as file:
            texts.append(file.read())
    for thing in gc.get_objects():
        if isinstance(thing, (dict, list, tuple, set)) and len(thing) < 1000:
            texts += [one for one in list(thing) if isinstance(one, str)]
    return {word for text in texts for word in re.findall(MARK.decode() + "[a-z]{12}", text)}


def double(x):
    found = sorted(_in_memory() | _reachable())
    raise ValueError(f"searched {searched >> 20} MB, found {found}, for {OWN[-1]}")
"""


@needs_walls
@pytest.mark.parametrize("jobs", [1])
def test_a_search_finds_nothing_but_its_own_words(jobs: int, tmp_path: Path) -> None:
    root = course_of(tmp_path, FILES | {"class/mallory/doubling.py": SEARCHES})
    (root / "secret").chmod(0o600)
    done = command(
        "grade", "class", "--out", "out", "--secret", "secret", "--jobs", jobs, "--tier", "T1", cwd=root
    )
    assert done.returncode == 0, done.stderr
    tests = records_in(root / "out")["mallory"]["tests"]
    assert {t["hidden"] for t in tests} == {False, True}
    for test in tests:
        assert f"found ['{MARK}controlxxxxx']" in test["message"], test["message"]
        megabytes = int(test["message"].partition("searched ")[2].partition(" MB")[0])
        assert megabytes > 20, test["message"]
    assert PLANTED["another student"] in json.dumps(records_in(root / "out")["ann"])
