"""The pytest plugin: collects units, gives tests their `student`, and turns what happens into verdicts.

Two owners use it: a student's own pytest, where this plugin sets everything up by itself, and the judge,
which puts a `Grading` of its own (a box behind walls, an official seed) in its place.
"""

from __future__ import annotations

import ast
import contextlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import torch

from grader.box.devices import unusable
from grader.box.direct import DirectBox, answer_key_of
from grader.box.errors import TimeLimit
from grader.course import Course, CourseError, Unit, find_course
from grader.course.own_work import importable, own_file
from grader.course.submissions import SubmissionError
from grader.course.units import UNIT_FOLDER
from grader.options import DEFAULT_SUBMISSION
from grader.suite import profiles
from grader.suite.marks import Worth, worth_of
from grader.suite.outcomes import Outcome
from grader.suite.student import Box, Student
from grader.suite.verdict import Verdict, verdict_on

WORTH = pytest.StashKey[Worth]()
UNIT = pytest.StashKey[Unit]()
VERDICT = pytest.StashKey[Verdict]()
SECONDS = pytest.StashKey[float]()
CURVES = pytest.StashKey[dict[str, Any]]()
ANSWERS = pytest.StashKey[dict[str, str]]()
GRADING = pytest.StashKey["Grading"]()
COURSE = pytest.StashKey[Course]()


# Of its time, for a test of what uses a function that ran out of time: it most likely waits for the same loop.
_SHARE_OF_USERS = 0.2


@dataclass
class Grading:
    """Whose work is being graded, and under which seed.

    open_box: makes the box of a unit's submission; called once a unit
    seed:     base of every test's seed
    submitter: whose work it is, by the name in the record; "" where nobody says, as at home
    device:   where the submission's tensors live, one of box.gpus.NAMES
    repeatable: whether hypothesis, too, draws by the seed and not at random
    rehearsal: whether no grade comes of it: a test that repeats itself, over seeds, may cut that short
    spent:    (unit, function) of which a test ran out of time, so that the rest of its tests are not tried → whether
              that is certain
    """

    open_box: Callable[[Unit], Box]
    seed: bytes
    repeatable: bool = False
    submitter: str = ""
    rehearsal: bool = False
    device: str = "cpu"
    spent: dict[tuple[str, str], bool] = field(default_factory=dict)
    students: dict[str, Student] = field(default_factory=dict)
    boxes: dict[str, Box] = field(default_factory=dict)
    references: dict[str, Student] = field(default_factory=dict)
    replays: dict[str, tuple[str, str]] = field(default_factory=dict)

    def student(self, unit: Unit) -> Student:
        """The submission for `unit`; its box is opened at first use."""
        if unit.name not in self.students:
            self.boxes[unit.name] = self.open_box(unit)
            self.students[unit.name] = Student(self.boxes[unit.name], unit, self.rehearsal)
        return self.students[unit.name]

    def reference(self, unit: Unit) -> Student:
        """The answer key, always in this process: it is trusted."""
        if unit.name not in self.references:
            box = answer_key_of(unit)
            self.references[unit.name] = Student(box, unit)
        return self.references[unit.name]

    def begin(self, label: str, test: Any, share: float = 1.0) -> None:
        """Seed what the test will draw on; a test with examples is seeded anew for each of them.

        share: of its time that the test may take
        """
        seed = profiles.seed_for(self.seed, label)
        examples = bool(getattr(test, "is_hypothesis_test", False))
        if examples and self.repeatable:
            hypothesis.seed(seed)(test)
        if examples and (replay := self.replays.get(label)):
            hypothesis.reproduce_failure(replay[0], ast.literal_eval(replay[1]))(test)

        def begin() -> None:
            for student in (*self.students.values(), *self.references.values()):
                student._begin(seed)

        profiles.BELL.on_example = begin if examples else lambda: None
        torch.default_generator.manual_seed(seed)
        begin()
        for box in self.boxes.values():
            box.begin_test(share)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    config.stash[COURSE] = _course_of(config)
    if config.args_source is pytest.Config.ArgsSource.INVOCATION_DIR:
        config.args = _tests_of(config.invocation_params.dir, config.stash[COURSE]) or config.args
    # Here and not in pyproject.toml, which is not read where tests are collected to grade.
    for mark in ("points(n, of, band, hint)", "deepens(test)"):
        config.addinivalue_line("markers", f"{mark}: see grader.suite.marks")
    config.addinivalue_line("markers", "gpu: needs a CUDA device, and is skipped where there is none")
    if not config.getoption("--hypothesis-profile", None):
        hypothesis.settings.load_profile("local")
    torch.set_num_threads(1)  # small tensors: threads only cost, and sums would depend on their number
    base = config.getoption("--seed-base") or os.urandom(8).hex()
    device = config.getoption("--device")
    if why := unusable(device):
        pytest.exit(f"--device {device}: {why}", returncode=2)
    _existing(Path(config.getoption("--submission")), config)  # said once, and not by each test
    config.stash[GRADING] = Grading(lambda unit: _direct_box(config, unit), base.encode(), device=device)


def _tests_of(folder: Path, course: Course) -> list[str]:
    """What `pytest` means in a student's folder of a unit, or of all units."""
    home = course.root / "assignments"
    for unit in course.units.values():
        if folder.is_relative_to(home / unit.name):
            return [str(unit.tests)]
    return [str(unit.tests) for unit in course.units.values()] if folder == home else []


def _course_of(config: pytest.Config) -> Course:
    """The course that pytest runs in.

    Of `pytest --submission PATH` pytest takes PATH, too, for a path to collect before it has heard of the
    option, and may settle there. It is brought back, with what it then did not read in pyproject.toml.
    """
    try:
        course = find_course(config.invocation_params.dir)
    except CourseError:
        return find_course(config.rootpath)
    if course.root == config.rootpath:
        return course
    config._rootpath = course.root  # type: ignore[attr-defined]
    config.option.importmode = "importlib"
    if not any(str(a).startswith("-r") for a in config.invocation_params.args):
        config.option.reportchars = "N"
    return course


def _direct_box(config: pytest.Config, unit: Unit) -> DirectBox:
    file = submission_path(Path(config.getoption("--submission")), unit, config)
    unreadable = ""
    path: Path = file
    helpers: tuple[Path, ...] = ()
    joined: tuple[Path, ...] = ()
    try:
        path, helpers = importable(file, unit.module, unit.functions)
        joined = _joined(file, unit, config)
    except SubmissionError as error:
        unreadable = str(error)
    debugging = config.getoption("usepdb", False) or config.getoption("trace", False)
    limit = None if debugging else unit.limits.test_cpu_seconds
    return DirectBox(
        path,
        unit.probes,
        unit.forbidden,
        cpu_seconds=limit,
        joined=(*joined, *helpers),
        device=config.getoption("--device"),
        unreadable=unreadable,
    )


def _joined(module: Path, unit: Unit, config: pytest.Config) -> tuple[Path, ...]:
    """Folders with the modules that `unit` joins: beside the module's own, or where --submission has them.

    A module that lies by itself, such as an author's variant, joins the answer keys, where they are here.
    """
    given = Path(config.getoption("--submission"))
    if given.is_file() and not any((module.parent.parent / name).is_dir() for name in unit.joins):
        return tuple(f for f in unit.reference_joined if f.is_dir())
    folders: list[Path] = []
    for name in unit.joins:
        other = config.stash[COURSE].units[name]
        beside = module.parent.parent / name
        file = (
            own_file(beside / f"{other.module}.py")
            if beside.is_dir()
            else submission_path(given, other, config)
        )
        path, helpers = importable(file, other.module, other.functions)
        folders += [path.parent, *helpers]
    return tuple(dict.fromkeys(folders))


def submission_path(given: Path, unit: Unit, config: pytest.Config) -> Path:
    """The file with the work for `unit` in what --submission names: its module, or the notebook that is its like."""
    base = _existing(given, config)
    if base.is_file():
        return base.resolve()
    name = f"{unit.module}.py"
    places = (base / unit.name / name, base / "assignments" / unit.name / name, base / name)
    return next((f for p in places if (f := own_file(p)).exists()), places[0]).resolve()


def _existing(given: Path, config: pytest.Config) -> Path:
    base = given if given.exists() else config.rootpath / given
    if not base.exists() and str(given) != DEFAULT_SUBMISSION:
        raise pytest.UsageError(f"--submission: there is no {given}")
    return base


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Only units are collected, unless the kit's own tests are asked for by name."""
    tests = config.rootpath / "tests"
    if collection_path.parent == tests and UNIT_FOLDER.fullmatch(collection_path.name):
        if collection_path.name not in config.stash[COURSE].units:
            return True  # a draft
    elif collection_path.parent == tests:
        asked = [Path(str(a).split("::")[0]).resolve() for a in config.invocation_params.args]
        return None if any(a.is_relative_to(collection_path) for a in asked) else True
    if collection_path.name == "lesson.py":
        return True
    given = Path(config.getoption("--submission"))
    if given.is_file() and collection_path.is_dir() and UNIT_FOLDER.fullmatch(collection_path.name):
        unit = config.stash[COURSE].units.get(collection_path.name)
        named = (given.stem, given.parent.name, given.parent.parent.name)
        units = config.stash[COURSE].units.values()
        if any(u.module in named or u.name in named for u in units):
            return None if unit and (unit.module in named or unit.name in named) else True
    return None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give every test of a unit its Worth and its Unit. A test that says neither is an author's mistake."""
    units = config.stash[COURSE].units
    by_unit: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.path.parent.name in units and item.path.parent.parent == config.rootpath / "tests":
            by_unit.setdefault(item.path.parent.name, []).append(item)
    for name, tests in by_unit.items():
        siblings = _by_name(tests)
        for item in tests:
            try:
                worth = worth_of(item, siblings)
            except ValueError as error:
                if item.get_closest_marker("deepens"):
                    continue  # its public test was deselected
                raise pytest.UsageError(f"{item.nodeid}: {error}") from None
            if worth is None or worth.of not in units[name].functions:
                raise pytest.UsageError(
                    f"{item.nodeid}: a test of a unit needs @points(n, of=...) or @deepens(...), "
                    "and `of` has to be a function of its unit.toml"
                )
            item.stash[UNIT], item.stash[WORTH] = units[name], worth
    items.sort(key=_place)


def _by_name(tests: list[pytest.Item]) -> dict[str, pytest.Item]:
    """A unit's tests by the name of their function. Raises UsageError for a name that two of them share."""
    siblings: dict[str, pytest.Item] = {}
    for test in tests:
        name = getattr(test, "originalname", None) or test.name
        twin = siblings.setdefault(name, test)
        if twin.path != test.path:
            raise pytest.UsageError(
                f"{test.path} and {twin.path} both have a test {name}: @deepens and `grader hint` go by names, "
                "so that a unit may have each only once"
            )
    return siblings


def _place(item: pytest.Item) -> tuple[str, int, bool]:
    """Units in their order, and in each the functions in theirs: what breaks others comes first."""
    if WORTH not in item.stash:
        return "", 0, False
    unit, worth = item.stash[UNIT], item.stash[WORTH]
    return unit.name, list(unit.functions).index(worth.of), worth.hidden


@pytest.fixture(scope="module")
def student(request: pytest.FixtureRequest) -> Student:
    """The submission being graded, for the unit that the test belongs to."""
    config = request.config
    return config.stash[GRADING].student(_unit_of(request))


@pytest.fixture(scope="module")
def submitter(request: pytest.FixtureRequest) -> str:
    """Whose work is being graded, as the record names them; "" at home, where nobody says."""
    return request.config.stash[GRADING].submitter


@pytest.fixture
def curves(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What the test wants to be drawn beside its result: a curve's name → its points [x, y]."""
    kept: dict[str, Any] = {}
    request.node.stash[CURVES] = kept
    return kept


@pytest.fixture
def answers(request: pytest.FixtureRequest) -> dict[str, str]:
    """Texts that a person is to read and grade, by the function that returns them: they go into the record."""
    kept: dict[str, str] = {}
    request.node.stash[ANSWERS] = kept
    return kept


@pytest.fixture(scope="module")
def reference(request: pytest.FixtureRequest) -> Student:
    """The answer key of the unit. Only hidden tests may use it: students don't have it."""
    unit = _unit_of(request)
    if not unit.reference.exists():
        pytest.skip("the answer key is not here")
    return request.config.stash[GRADING].reference(unit)


def _unit_of(request: pytest.FixtureRequest) -> Unit:
    units = request.config.stash[COURSE].units
    name = request.path.parent.name
    if name not in units:
        raise pytest.UsageError(f"{request.path} lies in no unit")
    return units[name]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    if WORTH not in item.stash:
        return (yield)
    grading, worth, unit = item.config.stash[GRADING], item.stash[WORTH], item.stash[UNIT]
    test = getattr(item, "obj", None)
    started = time.perf_counter()
    try:
        certain = {name for (of, name), sure in grading.spent.items() if sure and of == unit.name}
        calls_spent = any(worth.of in unit.users_of(name) for name in certain)
        grading.begin(f"{unit.name}/{item.name}", test, _SHARE_OF_USERS if calls_spent else 1.0)
        if (unit.name, worth.of) in grading.spent:
            text = f"too long in an earlier test of {worth.of}, so this one was not tried"
            raise TimeLimit(text, certain=grading.spent[unit.name, worth.of])
        result = yield
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, pytest.exit.Exception, pytest.skip.Exception)):
            raise
        item.stash[VERDICT] = verdict = verdict_on(error, grading.student(unit)._story())
        if verdict.outcome is Outcome.TIMEOUT:
            grading.spent.setdefault((unit.name, worth.of), verdict.certain)
        raise
    else:
        item.stash[VERDICT] = Verdict(Outcome.PASS)
        return result
    finally:
        item.stash[SECONDS] = time.perf_counter() - started
        vars(item).pop("hypothesis_report_information", None)  # the verdict tells it better
        profiles.BELL.on_example = lambda: None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport | None:
    """A student reads the verdict, not the kit's traceback (which pytest takes a third of a second to make).

    A style of traceback asked for by name, as in `pytest --tb=long`, is pytest's own.
    """
    if call.when != "call" or VERDICT not in item.stash or item.config.getoption("tbstyle") != "auto":
        return None
    verdict = item.stash[VERDICT]
    return pytest.TestReport(
        nodeid=item.nodeid,
        location=item.location,
        keywords=dict.fromkeys(item.keywords, 1),
        outcome="passed" if verdict.outcome is Outcome.PASS else "failed",
        longrepr=None if verdict.outcome is Outcome.PASS else verdict.message,
        when="call",
        sections=list(getattr(item, "_report_sections", ())),
        duration=call.duration,
        start=call.start,
        stop=call.stop,
    )


@contextlib.contextmanager
def graded(config: pytest.Config, grading: Grading) -> Iterator[None]:
    """Within the body, tests run on another's submission."""
    before = config.stash[GRADING]
    config.stash[GRADING] = grading
    try:
        yield
    finally:
        config.stash[GRADING] = before
