"""Write a course of nbgrader: source notebooks, and the students' notebooks, which nbgrader makes of them."""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from grader.course import Course, Unit

CONFIG = "nbgrader_config.py"
_CONFIG = """# Written by `grader release --nbgrader`, and yours to change: it is not overwritten.
import os
from pathlib import Path

from nbgrader.preprocessors import CheckCellMetadata, ClearOutput, OverwriteCells, OverwriteKernelspec

from grader.outputs.nbgrader.checks_last import ChecksLast, InOrder
from grader.outputs.nbgrader.repair import RepairCells

# Where check finds the tests. nbgrader runs notebooks in folders of this course, not in that one.
os.environ.setdefault("GRADER_COURSE", str((Path(__file__).resolve().parent / {course!r}).resolve()))
{drafts}
c = get_config()
c.CourseDirectory.course_id = {course_id!r}
c.Execute.timeout = {timeout}  # seconds a cell
# Cells that students deleted, doubled or changed are put right, so that the maximum is the same for everybody.
c.Autograde.sanitize_preprocessors = [
    ClearOutput,
    RepairCells,
    OverwriteKernelspec,
    OverwriteCells,
    CheckCellMetadata,
]
# A function may call one of a later cell, which may also define it again: around Execute, which comes first.
c.Autograde.autograde_preprocessors.prepend([ChecksLast])
c.Autograde.autograde_preprocessors.insert(1, InOrder)
"""
_DRAFTS = 'os.environ.setdefault("GRADER_DRAFTS", "1")\n'
_PICTURES = (".png", ".svg")


class NbgraderError(Exception):
    """nbgrader is not installed, or refused. The text says why."""


def nbgrader_is_there() -> bool:
    return importlib.util.find_spec("nbgrader") is not None


def write_nbgrader_course(course: Course, folder: Path) -> dict[str, bytes]:
    """Write source notebooks into `folder`, have nbgrader make the release, and return its notebooks by unit.

    The folder's config, gradebook and submissions stay as they are. Raise NbgraderError.
    """
    if not nbgrader_is_there():
        raise NbgraderError("nbgrader is not installed: pip install -c constraints.txt nbgrader")
    folder.mkdir(parents=True, exist_ok=True)
    units = [unit for unit in course.units.values() if unit.reference.exists()]
    for name, text in source_notebooks(units).items():
        unit = course.units[name]
        source = folder / "source" / name
        source.mkdir(parents=True, exist_ok=True)
        (source / f"{unit.module}.ipynb").write_text(text, encoding="utf-8")
        for picture in sorted(unit.handout.parent.rglob("*")):
            if picture.suffix in _PICTURES:
                target = source / picture.relative_to(unit.handout.parent)
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(picture, target)
    if not (folder / CONFIG).exists():
        (folder / CONFIG).write_text(_config(course, folder), encoding="utf-8")
    _generate(folder, [unit.name for unit in units])
    return {u.name: (folder / "release" / u.name / f"{u.module}.ipynb").read_bytes() for u in units}


def source_notebooks(units: list[Unit]) -> dict[str, str]:
    """Return the text of each unit's source notebook, by the unit's name."""
    from grader.outputs.nbgrader.mentions import names_mentioned
    from grader.outputs.nbgrader.source_notebook import generate_notebook
    from grader.suite.plugin.collected_suite import CollectedSuite

    suite = CollectedSuite(Course(units[0].course), units, profile="official")
    having = Counter(name for unit in units for name in unit.functions)
    ambiguous = frozenset(name for name, count in having.items() if count > 1)
    sources = {}
    for unit in units:
        points = {name: suite.points(unit, name) for name in unit.functions}
        mentioned = {name: names_mentioned(unit, suite.tests_of(unit, name)) for name in unit.functions}
        sources[unit.name] = generate_notebook(unit, points, mentioned=mentioned, ambiguous=ambiguous)
    return sources


def _config(course: Course, folder: Path) -> str:
    try:
        where = os.path.relpath(course.root, folder.resolve())
    except ValueError:  # another drive
        where = str(course.root)
    longest = max((u.limits.submission_cpu_seconds for u in course.units.values()), default=60.0)
    drafts = _DRAFTS if os.environ.get("GRADER_DRAFTS") else ""
    return _CONFIG.format(
        course=Path(where).as_posix(), course_id="course", timeout=round(longest), drafts=drafts
    )


def _generate(folder: Path, units: list[str]) -> None:
    """Run nbgrader's generate_assignment in the course. Raises NbgraderError with its last words."""
    with nbgrader_in(folder) as api:
        for unit in units:
            result = api.generate_assignment(unit, force=True, create=True)
            if not result["success"]:
                log = "\n".join([result.get("log", ""), result.get("error", "")]).strip()
                raise NbgraderError(f"nbgrader could not make the release of {unit}:\n{log[-2000:]}")


@contextlib.contextmanager
def nbgrader_in(folder: Path, settings: Mapping[str, Mapping[str, Any]] | None = None) -> Iterator[Any]:
    """Yield nbgrader's own API for the course in `folder`, with the settings that its command has there.

    These are Jupyter's, then the folder's own, then `settings` (class → trait → value). As for that command, the folder
    is the current one, and modules that settings name, such as a plugin, may lie in it. Raise NbgraderError.
    """
    with _own_environment(), _quiet(), _standing_in(folder):
        _put_alembic_on_path()
        from nbgrader.apps import NbGraderAPI
        from nbgrader.apps.baseapp import NbGrader
        from nbgrader.coursedir import CourseDirectory

        app = NbGrader(raise_config_file_errors=True)
        try:
            app.load_config_file()
        except Exception as error:  # the file is a program: anything
            text = f"nbgrader's settings can't be read: {type(error).__name__}: {error}"
            if isinstance(error, ModuleNotFoundError) and (error.name or "").startswith("grader."):
                text += f". {CONFIG} is of another version: move it away, and run `grader release --nbgrader` again"
            raise NbgraderError(text) from None
        config = app.config
        config.CourseDirectory.root = str(Path.cwd())
        for name, traits in (settings or {}).items():
            config[name].update(traits)
        yield NbGraderAPI(coursedir=CourseDirectory(config=config), config=config)


@contextlib.contextmanager
def _standing_in(folder: Path) -> Iterator[None]:
    """Within the body the folder is the current one, and on sys.path, as for `python -m` started there."""
    before = Path.cwd(), sys.path.copy()
    os.chdir(folder)
    sys.path.insert(0, str(Path.cwd()))
    try:
        yield
    finally:
        os.chdir(before[0])
        sys.path[:] = before[1]


@contextlib.contextmanager
def _own_environment() -> Iterator[None]:
    """Take back what the body does to the environment: nbgrader_config.py is a program, and sets variables."""
    before = os.environ.copy()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _put_alembic_on_path() -> None:
    """Put the folder of `alembic` on PATH, which nbgrader calls to make a gradebook. Raise NbgraderError without it."""
    if shutil.which("alembic") is None:
        os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    if shutil.which("alembic") is None:
        raise NbgraderError("nbgrader needs the command alembic, which is not on PATH: pip install alembic")


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Silence nbgrader's log, which is shown when something goes wrong, and its libraries' warnings."""
    import warnings

    logger = logging.getLogger("traitlets")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)
