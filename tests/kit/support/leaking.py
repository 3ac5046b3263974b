"""A course whose hidden tests ask for words that nobody may see, and submissions that try to tell them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from support import course_of

UNIT = "01_echo"
ASKED = "zanzibarasked"  # how what hidden tests ask for begins
TOLD = "zanzibartold"  # how the texts of hidden tests begin
WORD = "zanzibar"
_PUBLIC = '''
from grader.suite import points, require

@points(1, function="first", hint="give it back")
def test_first(student):
    """first(x) = x"""
    require(student.first("public") == "public", "not what was given")

@points(1, function="second", hint="give it back")
def test_second_raises_nothing(student):
    """second(x) = x, without an exception"""
    require(student.second("raise") == "raise", "not what was given")

@points(1, function="second", hint="give it back")
def test_second_has_another_class(student):
    """second(x) = x, whatever the class"""
    require(student.second("class") == "class", "not what was given")

@points(1, function="second", hint="give it back")
def test_second_returns(student):
    """second(x) = x, as a value"""
    got = student.second("return")
    require(got == "return", f"not what was given, but {got!r}")

@points(1, function="second", hint="give it back")
def test_second_at_a_line(student):
    """second(x) = x, on any line"""
    require(student.second("line") == "line", "not what was given")

@points(1, function="second", hint="give it back")
def test_second_without_a_file(student):
    """second(x) = x, without a file"""
    require(student.second("file") == "file", "not what was given")
'''
_HIDDEN = f'''
import pytest
from grader.suite import deepens, require

HOW = ("raise", "class", "return", "line", "file", "memory", "write", "later", "exit")

@deepens("test_first")
@pytest.mark.parametrize("how", HOW)
def test_first_of_other_words(student, how):
    """first(x) = x, of another word"""
    got = student.first(f"{ASKED}-{{how}}")
    require(got == f"{ASKED}-{{how}}", f"{TOLD}: not what was given, but {{got!r}}")

@deepens("test_first")
def test_first_drawn(student, curves):
    """first(x) = x, with curves"""
    got = student.first("{ASKED}-curve")
    curves[f"{TOLD} {{got}}"] = [[0, 1.0], [1, 2.0]]
    require(got == "{ASKED}-curve", "{TOLD}: with a curve")
'''
KEY = '''"""Echo."""


def first(x):
    # BEGIN SOLUTION
    return x
    # END SOLUTION


def second(x):
    # BEGIN SOLUTION
    return x
    # END SOLUTION
'''
# It keeps what it is asked in whatever survives a call, and tells what it finds there by whatever is shown.
TELLS = """
import os, sys, tempfile, warnings
from pathlib import Path

FOUND = "zanz" + "".join(["i", "bar"])
kept = []


def _keep(x):
    if not x.startswith(FOUND):
        return
    kept.append(x)
    globals()[f"kept_{len(kept)}"] = x
    sys.modules[f"kept_{x}"] = sys
    os.environ["KEPT"] = x
    for folder in (Path.cwd(), Path(tempfile.gettempdir()), Path.home()):
        (folder / f"kept-{x}").write_text(x)
    warnings.warn(x)
    print(x)
    print(x, file=sys.stderr)


def _known():
    files = [f for folder in (Path.cwd(), Path(tempfile.gettempdir()), Path.home()) for f in folder.glob("kept-*")]
    names = [name for name in (*sys.modules, *os.environ.values()) if FOUND in name]
    return " ".join(map(str, [*kept, *files, *names]))


def _tell(how, text):
    if how == "raise":
        raise ValueError(f"seen: {text}")
    if how == "class":
        raise type(f"Seen{text}", (ValueError,), {})("seen")
    if how == "line":
        source = Path.cwd() / "line.py"
        source.write_text(f"raise ValueError('at a line')  # {text}\\n")
        exec(compile(source.read_text(), str(source), "exec"), {})
    if how == "file":
        open(f"no-such-{text}")
    if how == "memory":
        raise MemoryError(f"seen: {text}")
    if how == "write":
        raise NotImplementedError(f"seen: {text}")
    if how == "later":
        getattr(os, f"seen_{text}")
    if how == "exit":
        os._exit(3)
    return f"seen: {text}"


def first(x):
    _keep(x)
    return _tell(x.rpartition("-")[2], x) if FOUND in x else x


def second(x):
    return _tell(x, known) if (known := _known()) else x
"""


def write_course(root: Path, students: Mapping[str, str]) -> Path:
    """Write the course into `root`, with a folder class/ of students: name → text of their module."""
    toml = 'title = "Echo"\nmodule = "echo"\n[functions.first]\n[functions.second]\n'
    files = {
        f"tests/{UNIT}/unit.toml": toml,
        f"tests/{UNIT}/test_echo.py": _PUBLIC,
        f"tests/{UNIT}/test_hidden_echo.py": _HIDDEN,
        f"reference/{UNIT}/echo.py": KEY,
        "secret": "the secret of the kit's tests\n",
    }
    course_of(root, files | {f"class/{name}/echo.py": text for name, text in students.items()})
    (root / "secret").chmod(0o600)
    return root
