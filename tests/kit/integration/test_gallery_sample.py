"""One attack of each kind, quick ones: the whole gallery is in tests/kit/slow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support import needs_walls
from support.gallery import HONEST, gallery, write_gallery
from support.gallery_checks import (
    Naive,
    grade,
    honest_records,
    left_on_the_machine,
    problems_of,
    raw_in,
)

pytestmark = needs_walls
SAMPLE = {
    *("files-writes_into_tmp", "guard-borrows", "imports-imports_the_answer_key", "intake-links_in_a_zip"),
    *(
        "memory-eats_memory_in_tensors",
        "network-talks_over_tcp",
        "output-scripts_a_page",
        "patching-patches_torch",
    ),
    *("processes-runs_a_subprocess", "rules-equals_everything", "secrets-reads_the_hidden_tests"),
    *("signals-kills_its_parent", "time-loops_for_ever", "wire-forges_a_pass"),
}
ATTACKS = {attack.name: attack for attack in gallery() if attack.name in SAMPLE}
BESIDE = ("zoe", "ann", "hal")  # honest students


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_gallery(tmp_path_factory.mktemp("gallery"), ATTACKS.values(), BESIDE)


@pytest.fixture(scope="module")
def naive() -> Iterator[Naive]:
    with Naive() as graders:
        yield graders


@pytest.mark.parametrize("name", sorted(SAMPLE))
def test_without_walls_its_effect_shows(name: str, naive: Naive, course: Path) -> None:
    shown, found = naive.shows(ATTACKS[name], course)
    assert shown, found


@pytest.fixture(scope="module")
def printed(course: Path) -> str:
    return grade(course)[1]


@pytest.mark.parametrize("name", sorted(SAMPLE))
def test_behind_walls_it_gains_and_harms_nothing(name: str, course: Path, printed: str) -> None:
    assert list(problems_of(ATTACKS[name], course / "out", printed)) == []


def test_the_class_goes_on_and_nothing_is_left(course: Path, printed: str) -> None:
    scores = {name: r[0]["score"] for name, r in honest_records(course / "out", BESIDE).items()}
    assert {name: s["core"]["earned"] for name, s in scores.items()} == {"zoe": 2, "ann": 2, "hal": 4}
    assert left_on_the_machine(course) == []
    assert raw_in(printed) == []


def test_there_is_one_of_each_kind() -> None:
    assert {a.kind for a in ATTACKS.values()} == {a.kind for a in gallery()}
    assert set(ATTACKS) == SAMPLE and len(gallery()) >= 120
    assert set(BESIDE) <= set(HONEST)
