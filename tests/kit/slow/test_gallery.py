"""Every attack of the gallery: its effect shows where there are no walls, and behind them it gains and harms nothing.

One class mixes all attackers with honest students, whose records are compared with those of a class of their own.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import ROOT, needs_walls, records_in
from support.gallery import HONEST, Attack, gallery, write_gallery
from support.gallery_checks import (
    Naive,
    formulas_in,
    grade,
    honest_records,
    left_on_the_machine,
    problems_of,
    raw_in,
)

from grader.box.walls.selftest import best_tier
from grader.box.walls.tiers import Tier

pytestmark = needs_walls
ATTACKS = {attack.name: attack for attack in gallery()}
TIERS = [tier.value for tier in Tier if Tier.T0.value < tier.value <= best_tier().value]


def named(attack: Attack, *, opens: bool) -> object:
    """A parameter. What gets through today fails; when it no longer does, its docstring has to say so."""
    reason = attack.fields.get("open", "") if opens else ""
    return pytest.param(attack.name, marks=[pytest.mark.xfail(reason=reason, strict=True)] if reason else [])


@pytest.fixture(scope="module", params=TIERS)
def course(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_gallery(tmp_path_factory.mktemp("gallery"), ATTACKS.values())
    (root / "printed").write_text(grade(root, "--tier", request.param)[1], errors="surrogateescape")
    return root


@pytest.fixture(scope="module")
def printed(course: Path) -> str:
    return (course / "printed").read_text(errors="surrogateescape")


@pytest.mark.parametrize("name", [named(attack, opens=True) for attack in gallery()])
def test_behind_walls_it_gains_and_harms_nothing(name: str, course: Path, printed: str) -> None:
    assert list(problems_of(ATTACKS[name], course / "out", printed)) == []


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_gallery(tmp_path_factory.mktemp("alone"), [])
    grade(root)
    return root / "out"


def test_the_records_of_honest_students_are_as_if_they_were_alone(course: Path, alone: Path) -> None:
    assert honest_records(course / "out", HONEST) == honest_records(alone, HONEST)


def test_nothing_is_left_on_the_machine(course: Path) -> None:
    assert left_on_the_machine(course) == []


def test_what_is_printed_orders_nothing(printed: str) -> None:
    assert raw_in(printed) == []


def test_no_table_computes_and_every_line_of_the_journal_is_a_record(course: Path) -> None:
    assert [formulas_in(file) for file in course.glob("out/*.csv")] == [[] for _ in course.glob("out/*.csv")]
    lines = (course / "out" / "journal.jsonl").read_text().splitlines()
    assert {json.loads(line)["record"]["student"] for line in lines} == set(records_in(course / "out"))


def test_a_class_every_second_of_whom_attacks(tmp_path: Path, alone: Path) -> None:
    """Twenty programs, of all kinds in turn, and twenty honest students: each of the ten twice."""
    kinds = [list(group) for _, group in itertools.groupby(gallery(), key=lambda attack: attack.kind)]
    turns = itertools.chain.from_iterable(itertools.zip_longest(*kinds))
    root = write_gallery(tmp_path, itertools.islice(filter(None, turns), 20))
    for name in HONEST:
        (root / "class" / name).rename(root / "class" / f"{name}-again")
    write_gallery(tmp_path, [])
    out, _ = grade(root)
    expected = honest_records(alone, HONEST)
    assert honest_records(out, HONEST) == expected
    again = honest_records(out, [f"{name}-again" for name in HONEST])
    for name in HONEST:
        assert [r["score"] for r in again[f"{name}-again"]] == [r["score"] for r in expected[name]]


@pytest.fixture(scope="module")
def naive() -> Iterator[Naive]:
    with Naive() as graders:
        yield graders


@pytest.fixture(scope="module")
def unwalled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_gallery(tmp_path_factory.mktemp("unwalled"), ATTACKS.values())


@pytest.mark.parametrize("name", ATTACKS)
def test_without_walls_its_effect_shows(name: str, naive: Naive, unwalled: Path) -> None:
    if "for" in ATTACKS[name].fields and os.geteuid() == 0:
        pytest.skip("root sees no effect")
    shown, found = naive.shows(ATTACKS[name], unwalled)
    assert shown, found


def test_the_page_knows_every_attack() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    assert [a.name for a in gallery() if f"| {a.sentence} |" not in page] == []
