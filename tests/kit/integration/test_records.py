"""The record: what is on disk, what can't be read, and the one rule by which points are counted."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from support import command
from support.small_course import RIGHT, UNIT, WRONG, write_course

from grader.files import as_json
from grader.records import Outcome, Points, parse_record, read_record
from grader.records.graded_class import reported
from grader.records.making import without_points
from grader.records.record import as_plain
from grader.records.scoring import JudgedTest, earned_points, percent, points_of, rounded
from grader.records.words import LABELS


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = write_course(tmp_path_factory.mktemp("course"), {"ann": RIGHT, "bob": WRONG})
    options = ("--out", "out", "--secret", "secret", "--tier", "T0", "--jobs", "1")
    done = command("grade", "class", *options, cwd=course)
    assert done.returncode == 0, done.stderr
    return course


@pytest.fixture
def raw(graded: Path) -> dict[str, Any]:
    return dict(json.loads((graded / "out" / "records" / "bob" / f"{UNIT}.json").read_text()))


def test_a_record_is_written_as_it_was_read(graded: Path) -> None:
    for file in (graded / "out" / "records").glob("*/*.json"):
        assert as_json(as_plain(read_record(file))) == file.read_text(encoding="utf-8")


def test_the_keys_on_disk_stay(raw: dict[str, Any]) -> None:
    assert list(raw) == [
        *("schema", "student", "unit", "submission", "suite_sha256", "seed_id", "versions", "tier", "device"),
        *("late", "started", "seconds", "status", "score", "order", "tests", "diagnosis"),
    ]
    assert list(raw["submission"]) == ["files", "sha256"]
    assert list(raw["tests"][0]) == [
        *("id", "title", "of", "band", "hidden", "deepens", "points", "outcome", "message", "counterexample"),
        *("where", "hint", "replay", "seconds", "earned"),
    ]


def test_what_json_and_unicode_allow_is_kept(raw: dict[str, Any]) -> None:
    test = raw["tests"][0]
    test |= {"message": "half a pair: \ud800", "curves": {"loss": [[0, float("nan")], [1, 0.5]]}}
    test["answers"] = {"f": "日本"}
    raw["submission"] |= {"joined": {}, "substituted": {"01_x": "0"}}
    raw["fault"] = "no disk"
    again = as_plain(parse_record(json.loads(json.dumps(raw))))
    assert json.dumps(again, sort_keys=True) == json.dumps(raw, sort_keys=True)


def changed(raw: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    *parents, last = path.split(".")
    place: Any = raw
    for key in parents:
        place = place[int(key) if key.isdigit() else key]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return raw


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("schema", 2, "schema is 2; this version of the kit reads schema 1"),
        ("schema", ..., "schema is None"),
        ("status", "lost", "$.status`: it is one of graded, not_run"),
        ("tests.0.outcome", "passed", "tests[0].outcome`: it is one of pass, fail, error"),
        ("tests.0.band", "easy", "band is one of core, robust, stretch, not 'easy' - at `$.tests[0]`"),
        ("tests.0.points", "2", "Expected `int`, got `str` - at `$.tests[0].points`"),
        ("tests.0.of", ..., "missing required field `of` - at `$.tests[0]`"),
        ("tests", {}, "$.tests`"),
        ("tests", [None], "$.tests[0]`"),
        ("score.stretch", ..., "score has no stretch"),
        ("student", 3, "Expected `str`, got `int` - at `$.student`"),
        ("submission", [], "$.submission`"),
    ],
)
def test_a_wrong_field_is_named_with_what_is_allowed(
    raw: dict[str, Any], path: str, value: object, says: str
) -> None:
    with pytest.raises(ValueError) as caught:
        parse_record(changed(raw, path, value))
    assert says in str(caught.value)


@pytest.mark.parametrize("other", [None, [], "text", 3])
def test_what_is_not_an_object_is_not_a_record(other: object) -> None:
    with pytest.raises(ValueError, match="a record is an object"):
        parse_record(other)


def test_records_of_earlier_versions_can_be_read(raw: dict[str, Any]) -> None:
    for key in ("late", "order", "device", "tier", "diagnosis", "started", "seconds"):
        del raw[key]
    for key in ("where", "hint", "replay", "seconds", "counterexample"):
        del raw["tests"][0][key]
    raw["fault"] = raw["versions"] = None
    record = parse_record(raw)
    assert (record.late, record.order, record.device, record.fault, record.versions) == (
        False,
        (),
        "",
        "",
        {},
    )
    assert record.tests[0].replay is None


def test_a_mistake_in_a_record_is_named_by_report_and_export(graded: Path, raw: dict[str, Any]) -> None:
    file = graded / "out" / "records" / "bob" / f"{UNIT}.json"
    before = file.read_text()
    file.write_text(json.dumps(changed(raw, "tests.0.outcome", "passed")))
    done = command("export", "out", "--to", "csv", "--force", cwd=graded)
    assert done.returncode == 1
    assert f"NOT EXPORTED: bob, {UNIT}: its record can't be read" in done.stderr
    assert "outcome`: it is one of pass, fail" in done.stderr
    done = command("replay", "test_negative", "--record", file, cwd=graded)
    assert "outcome`: it is one of pass, fail" in done.stderr and "Traceback" not in done.stderr
    again = command("grade", "class", "--out", "out", "--secret", "secret", "--tier", "T0", cwd=graded)
    assert "0 now" in again.stdout and file.read_text() == before, "it is written anew from the journal"


def test_examples_of_hidden_tests_are_not_for_pages_and_exports(raw: dict[str, Any]) -> None:
    for test in raw["tests"]:
        test |= {"counterexample": "f(12345)", "replay": ["6", "AA"]}
    for test in reported(parse_record(raw)).tests:
        assert (test.counterexample, test.replay) == (
            ("", None) if test.hidden else ("f(12345)", ("6", "AA"))
        )


def test_a_submission_that_was_not_there_has_no_points(graded: Path) -> None:
    record = without_points(read_record(graded / "out" / "records" / "ann" / f"{UNIT}.json"), "hand it in")
    assert (record.total, record.bonus) == (Points(0, 5), Points(0, 4))
    assert {t.outcome for t in record.tests} == {Outcome.NOT_IMPLEMENTED}
    assert record.submission.files == ()


PUBLIC = JudgedTest("test_sum", 3, "core", Outcome.PASS)


@pytest.mark.parametrize(
    ("hidden", "earned"), [(o, 3 if o in (Outcome.PASS, Outcome.SKIPPED) else 0) for o in Outcome]
)
def test_a_public_tests_points_need_the_hidden_ones_that_deepen_it(hidden: Outcome, earned: int) -> None:
    deeper = JudgedTest("test_deep", 0, "core", hidden, "test_sum")
    other = JudgedTest("test_other", 0, "core", Outcome.FAIL, "test_mean")
    assert earned_points(PUBLIC, [PUBLIC, deeper, other]) == earned
    assert points_of([PUBLIC, deeper, other]) == Points(earned, 3)


def test_skipped_tests_do_not_count() -> None:
    skipped = JudgedTest("test_gpu", 4, "core", Outcome.SKIPPED)
    bonus = JudgedTest("test_more", 5, "stretch", Outcome.FAIL)
    assert points_of([PUBLIC, skipped, bonus], ("core", "robust")) == Points(3, 3)
    assert points_of([PUBLIC, skipped, bonus], ("stretch",)) == Points(0, 5)


def test_rounding_never_reaches_full_marks_or_zero() -> None:
    assert [percent(p, 1000) for p in (0, 1, 999, 1000, 1100)] == [0, 1, 99, 100, 100]
    assert [rounded(Points(p, 1000), out_of=10) for p in (0, 1, 500, 999, 1000, 1001)] == [0, 1, 5, 9, 10, 11]
    assert rounded(Points(Fraction(1, 2), 3), out_of=3, decimals=1) == Fraction(1, 2)
    with pytest.raises(ValueError, match="1 of 2 points can't be distinguished"):
        rounded(Points(1, 2), out_of=1)


def test_each_outcome_has_its_words() -> None:
    assert set(LABELS) == set(Outcome)
    assert len({label.letter for label in LABELS.values()}) == len(LABELS)
    assert len({label.words for label in LABELS.values()}) == len(LABELS)
