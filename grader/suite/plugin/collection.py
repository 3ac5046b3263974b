"""Collect only units, and give every test its place and its points."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.units import UNIT_FOLDER
from grader.suite.plugin.choosing import may_be_chosen
from grader.suite.plugin.stash import COURSE, INFO, UNIT
from grader.suite.points import test_info


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
    units = config.stash[COURSE].units
    own = units.get(collection_path.parent.name)
    if own and collection_path.parent == own.tests and collection_path.suffix == ".py":
        return None if may_be_chosen(collection_path, own, config.getoption("keyword"), units) else True
    given = Path(config.getoption("--submission"))
    if given.is_file() and collection_path.is_dir() and UNIT_FOLDER.fullmatch(collection_path.name):
        unit = units.get(collection_path.name)
        named = (given.stem, given.parent.name, given.parent.parent.name)
        if any(u.module in named or u.name in named for u in units.values()):
            return None if unit and (unit.module in named or unit.name in named) else True
    return None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give every test of a unit its TestInfo and its Unit. Raise UsageError for a test without points."""
    units = config.stash[COURSE].units
    by_unit: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.path.parent.name in units and item.path.parent.parent == config.rootpath / "tests":
            by_unit.setdefault(item.path.parent.name, []).append(item)
    for name, tests in by_unit.items():
        siblings = _by_name(tests)
        for item in tests:
            try:
                info = test_info(item, siblings)
            except ValueError as error:
                if item.get_closest_marker("deepens"):
                    continue  # its public test was deselected
                raise pytest.UsageError(f"{item.nodeid}: {error}") from None
            if info is None or info.function not in units[name].functions:
                raise pytest.UsageError(
                    f"{item.nodeid}: a test of a unit needs @points(n, function=...) or @deepens(...), "
                    "and the function must be in its unit.toml"
                )
            item.stash[UNIT], item.stash[INFO] = units[name], info
    items.sort(key=_place)


def _by_name(tests: list[pytest.Item]) -> dict[str, pytest.Item]:
    """Return a unit's tests by the name of their function. Raise UsageError for a name that two of them share."""
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


def _place(item: pytest.Item) -> tuple[str, int, bool, bool]:
    """Sort units in their order, and in each the functions in theirs: those that others use come first.

    So do tests that others count beside.
    """
    if INFO not in item.stash:
        return "", 0, False, False
    unit, info = item.stash[UNIT], item.stash[INFO]
    return unit.name, list(unit.functions).index(info.function), info.hidden, info.beside is not None
