"""What a student handed in for one unit: one module, or notebook, and the helper files beside it.

Nobody has vetted these files. They are read and copied, never imported here; links that lead out of
the student's own folder are not followed, and sizes are capped before anything is read.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
import sys
import unicodedata
import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath

from grader.course.bounded import module_of, written_in
from grader.course.notebooks import NotebookError, read_code

MAX_BYTES = 10 * 1024**2  # of all files of a submission together
MAX_HELPERS = 200
_MAX_DEPTH = 8  # of folders below the module's
_MAX_FOLDERS = 1000  # looked into for helpers; a module may lie in somebody's Downloads
_MAX_REASON = 300  # letters of an exception that may quote the file
_MAX_NAME = 120  # bytes in UTF-8, so that a suffix still fits into the 255 that file systems allow

_CRUFT = {"__macosx", "__pycache__", "venv", "node_modules", "site-packages", "thumbs.db", "desktop.ini"}
_NEVER_HELPERS = re.compile(r"conftest|sitecustomize|usercustomize|setup|noxfile|test_.*|.*_test", re.I)
_COURSE_FOLDERS = {"assignments", "reference", "tests", "grader"}
_INVISIBLE = re.compile("[\u034f\u115f\u1160\u3164\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # marks and fillers
_LIBRARIES = {"torch", "numpy", "scipy", "pytest", "hypothesis", "matplotlib", "sklearn", "grader"}
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.I | re.S)  # no file names on Windows


class SubmissionError(Exception):
    """A submission that can't be read or copied. The text says what to do."""


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one unit.

    `module` is the file that is graded; `files` holds it first, then its helpers. Links may lead to
    places inside `root`, the student's own folder (default: the module's folder), and nowhere else.
    """

    student: str
    unit: str
    module: Path
    files: tuple[Path, ...]
    late: bool = False
    root: Path | None = None

    def sha256(self) -> str:
        """A digest of what would be graded: the names relative to the module's folder, and the bytes.

        The order of `files` does not matter, nor what the module was called: it is staged under the
        unit's own name. Of a notebook, the code cells count. Raises SubmissionError as `stage` does.
        """
        with at_its_own_cost(self.module):
            lines = sorted(f"{hashlib.sha256(data).hexdigest()} {name}" for name, data in _contents(self))
            return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()

    def sha256_if_readable(self) -> str:
        """The same; "" for a submission that can't be read."""
        try:
            return self.sha256()
        except SubmissionError:
            return ""


@contextmanager
def at_its_own_cost(file: Path) -> Iterator[None]:
    """Whatever is raised while a submission is read becomes a SubmissionError, so that the others go on."""
    try:
        yield
    except SubmissionError:
        raise
    except Exception as error:  # nobody can list what unvetted files make the parsers raise
        text = f"{type(error).__name__}: {error}".strip(": ")
        raise SubmissionError(f"{file.name} could not be read: {text[:_MAX_REASON]}.") from error


@dataclass(frozen=True)
class Helpers:
    """Files that a module may import, and a sentence for each that was left out on purpose."""

    files: tuple[Path, ...] = ()
    left_out: tuple[str, ...] = ()


def stage(submission: Submission, module_name: str, folder: Path, *, wanted: Collection[str] = ()) -> Path:
    """Copy the submission into `folder` and return the module's path there, `<module_name>.py`.

    A notebook becomes the module that its cells amount to; `wanted` are names that the tests ask for.
    Helpers keep their names relative to the module's folder; one that would take the module's own name
    is not copied. A helper behind a link that leads out of the student's folder is skipped with a
    warning. Raises SubmissionError for a module that can't be read, or above 10 MB in all.
    """
    with at_its_own_cost(submission.module):
        return _stage(submission, module_name, folder, wanted)


def _stage(submission: Submission, module_name: str, folder: Path, wanted: Collection[str]) -> Path:
    own = {module_name.casefold(), f"{module_name}.py".casefold()}
    for name, data in _contents(submission):
        if name and PurePath(name).parts[0].casefold() in own:
            continue
        target = folder / (name or f"{module_name}.py")
        if not name and is_notebook(submission.module):
            data = _module_of(submission.module, data, wanted).encode("utf-8", "replace")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder / f"{module_name}.py"


def _contents(submission: Submission) -> Iterator[tuple[str, bytes]]:
    """(name relative to the module's folder, bytes) of each file; the module's name is ''."""
    home = submission.module.parent
    root = submission.root or home
    left = MAX_BYTES
    for file in dict.fromkeys((submission.module, *submission.files)):
        is_module = file == submission.module
        if not is_module and not (file.is_relative_to(home) and may_help(file.relative_to(home))):
            continue
        if not stays_inside(file, root):
            reason = f"{file.name} is a link that leads out of the student's folder"
            if is_module:
                raise SubmissionError(f"{reason}. Put the file itself in its place.")
            warnings.warn(f"{reason}: it is not copied.", stacklevel=3)
            continue
        data = _read_cells(file) if is_module and is_notebook(file) else _read(file, left)
        left -= len(data)
        yield ("" if is_module else file.relative_to(home).as_posix()), data


def is_notebook(file: Path) -> bool:
    return file.suffix.lower() == ".ipynb"


def is_worked_on_instead(notebook: Path, module: Path) -> bool:
    """Whether of a unit's two forms the notebook is the one that was worked on, and the module is a stub beside it.

    False wherever that is not clear: both have something, or one can't be read.
    """
    written = _written_in(notebook, module)
    return written is not None and written[0] > written[1]


def has_more(notebook: Path, module: Path) -> bool:
    """Whether the notebook has written something that the module beside it, which counts, has not."""
    written = _written_in(notebook, module)
    return written is not None and bool(written[0])


def _written_in(notebook: Path, module: Path) -> tuple[frozenset[str], frozenset[str]] | None:
    try:
        with at_its_own_cost(notebook):
            return written_in(
                _module_of(notebook, _read_cells(notebook), ()), _read(module, MAX_BYTES).decode()
            )
    except SubmissionError:
        return None


def _module_of(notebook: Path, cells: bytes, wanted: Collection[str]) -> str:
    try:
        return module_of(tuple((number, source) for number, source in json.loads(cells)), tuple(wanted))
    except NotebookError as error:
        raise SubmissionError(f"{notebook.name} can't be made a module of: {error}.") from error


def _read_cells(file: Path) -> bytes:
    """The code cells of a notebook, as JSON. Raises SubmissionError."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise SubmissionError(f"{file.name} is not a plain file.")
        cells = read_code(file)
    except OSError as error:
        raise SubmissionError(f"{file.name} can't be read: {error.strerror}.") from error
    except NotebookError as error:
        raise SubmissionError(f"{file.name} is no notebook that can be read: {error}.") from error
    return json.dumps([(cell.number, cell.source) for cell in cells]).encode()


def _read(file: Path, limit: int) -> bytes:
    """The bytes of a regular file, at most `limit`. Raises SubmissionError."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):  # opening a pipe would wait for ever
            raise SubmissionError(f"{file.name} is not a plain file.")
        with file.open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        raise SubmissionError(f"{file.name} can't be read: {error.strerror}.") from error
    if len(data) > limit:
        raise SubmissionError(
            f"The submission holds more than {MAX_BYTES // 1024**2} MB of Python files ({file.name} is one of "
            "them). Take away what the module does not need."
        )
    return data


def stays_inside(file: Path, root: Path) -> bool:
    """Whether `file`, links followed, lies in `root` (or is it)."""
    try:
        return file.resolve(strict=True).is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # RuntimeError: a loop of links, before Python 3.13
        return False


def is_cruft(name: str) -> bool:
    """Whether a file or folder of this name was left by a program, never handed in by a person."""
    return name.startswith(".") or name.casefold() in _CRUFT


def steers_tests(stem: str) -> bool:
    """Whether a file of this stem is one that pytest, Python or pip would run by itself."""
    return _NEVER_HELPERS.fullmatch(stem) is not None


def may_help(name: PurePath) -> bool:
    """Whether a file of this relative name can be a helper: importable, and no file that steers a test run."""
    return (
        name.suffix == ".py"
        and all(part.isidentifier() for part in (*name.parts[:-1], name.stem))
        and not any(map(steers_tests, (*name.parts[:-1], name.stem)))
        and name.as_posix() != "__init__.py"
    )


def find_helpers(module: Path, root: Path, *, not_helpers: Collection[str] = ()) -> Helpers:
    """The .py files and sub-packages beside `module`, which lies in its student's folder `root`.

    `not_helpers` are names that never are helpers, such as the modules and folders of all units. Left
    out as well: what steers a test run, and what would hide a module of Python or of the course.
    Raises SubmissionError above 200 files.
    """
    refused = {name.casefold() for name in (*not_helpers, *_COURSE_FOLDERS, module.stem)}
    files: list[Path] = []
    left_out: dict[str, None] = {}  # in order, and each once
    for file in _python_files(module.parent):
        name = file.relative_to(module.parent)
        top = PurePath(name.parts[0]).stem
        if file.is_symlink() and file.is_dir():
            left_out[f"{name.as_posix()} is a link to a folder"] = None
        elif top.casefold() in refused or not may_help(name):
            continue
        elif top in sys.stdlib_module_names or top in _LIBRARIES:
            left_out[f"{name.parts[0]} would hide the module {top} that others import"] = None
        elif not stays_inside(file, root):
            left_out[f"{name.as_posix()} is a link that leads out of the student's folder"] = None
        else:
            files.append(file)
        if len(files) > MAX_HELPERS:
            raise SubmissionError(
                f"There are more than {MAX_HELPERS} Python files beside {module.name}. Leave only those that it "
                "imports, in a folder of their own."
            )
    return Helpers(tuple(files), tuple(left_out))


def _python_files(folder: Path) -> Iterator[Path]:
    """Python files below `folder` in a fixed order; links to folders are named, not entered."""
    waiting = [(folder, 0)]
    for _ in range(_MAX_FOLDERS):
        if not waiting:
            return
        here, depth = waiting.pop()
        for path in entries(here):
            if not path.is_dir():
                if path.suffix == ".py":
                    yield path
            elif path.name.isidentifier():
                if path.is_symlink():
                    yield path
                elif depth < _MAX_DEPTH and not (path / "pyvenv.cfg").exists():
                    waiting.append((path, depth + 1))


def entries(folder: Path) -> list[Path]:
    """What lies in a folder, in a fixed order, without cruft; nothing where the folder can't be read."""
    try:
        return sorted(path for path in folder.iterdir() if not is_cruft(path.name))
    except OSError:
        return []


def safe_name(student: str) -> str:
    """A folder name for a student: readable, allowed on every system, and different for different students.

    ASCII letters, digits and `._-` stay, and so do letters and digits of other scripts; everything
    else is percent-encoded, as are leading dots, a trailing dot and names that Windows reserves. Long
    names are cut and end in `~` and a hash. Names that differ in nothing but case stay so: where the
    file system ignores case, it is for the caller to keep such students apart.
    """
    # Text with two spellings (é, or e and an accent) is one file name on some systems: spell it out.
    readable = unicodedata.is_normalized("NFC", student)
    dots = len(student) - len(student.lstrip("."))
    reserved = _RESERVED.fullmatch(student) is not None
    name = short = ""
    for i, letter in enumerate(student):
        edge = i < dots or (letter == "." and i == len(student) - 1) or (reserved and i == 0)
        name += letter if _is_plain(letter, readable) and not edge else _percent(letter)
        if len(name.encode()) <= _MAX_NAME - 25:
            short = name
        elif len(name.encode()) > _MAX_NAME:
            return f"{short}~{hashlib.sha256(student.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"
    return name or "%"


def _is_plain(letter: str, readable: bool) -> bool:
    if letter.isascii():
        return letter.isalnum() or letter in "._-"
    category = unicodedata.category(letter)
    return readable and (category[0] in "LM" or category == "Nd") and not _INVISIBLE.match(letter)


def _percent(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letter.encode("utf-8", "surrogatepass"))
