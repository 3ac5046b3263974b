"""Grades on their way out: what is written reads back as the same scores, and what was not run never leaves."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support import KIT, command
from support.small_course import HIDDEN_EXAMPLE, RIGHT, RUNNER, SHALLOW, UNIT, WRONG, write_course

from grader.outputs.export import ExportError
from grader.outputs.export.grades import rounded
from grader.records.scoring import Points
from grader.spreadsheet import cell

COLUMNS = (
    "assignment,duedate,timestamp,student_id,last_name,first_name,email,"
    "raw_score,late_submission_penalty,score,max_score"
)
SCHEMAS = KIT / "schemas"
ROSTER = """id,name,email,aliases,due,due 01_doubling
007,"Bond, Jåmes",bond@example.org,jb007,2026-01-01,2026-12-01
zoë,=HYPERLINK("http://example.org"),@zoe,z.1,2026-01-01,
mia,Mia,,,,
absent,Nobody At All,,,,
"""
CANVAS = """\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Doubling (4711),Quiz (12),Total
,,,,,Manual Posting,,
    Points Possible,,,,,5,10,(read only)
"Bond, Jåmes",11,000123,jb007,"S1, S2",1,9,90
=Zoë,12,000124,z.1,S1,,8,80
Someone Else,13,000125,se,S1,3,7,70
"Student, Test",14,,,S1,,,
"""


def export(
    folder: Path, to: str, *more: object, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return command("export", folder, "--to", to, *more, env=env)


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def valid(file: Path, schema: str) -> dict[str, Any]:
    value = json.loads(file.read_text(encoding="utf-8"))
    jsonschema.validate(value, json.loads((SCHEMAS / schema).read_text()))
    return dict(value)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graded class: 5 of 5 and a bonus of 4, 2 of 5, and 2 of 5 for a hidden test."""
    root = write_course(tmp_path_factory.mktemp("course"), {"007": RIGHT, "zoë": WRONG, "mia": SHALLOW})
    done = command("grade", "class", "--out", "out", "--secret", "secret", "--tier", "T0", cwd=root)
    assert done.returncode == 0, done.stderr
    return root / "out"


@pytest.fixture
def graded(once: Path, tmp_path: Path) -> Path:
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "canvas.csv").write_text(CANVAS, encoding="utf-8")
    return shutil.copytree(once, tmp_path / "out")


def change(graded: Path, student: str, **fields: object) -> None:
    file = graded / "records" / student / f"{UNIT}.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | fields), encoding="utf-8")


def test_csv_has_nbgraders_columns_and_the_rosters_names(graded: Path, tmp_path: Path) -> None:
    done = export(graded, "csv", "--roster", tmp_path / "roster.csv")
    assert done.returncode == 0, done.stderr
    file = graded / "grades.csv"
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first == ",".join(f'"{column}"' for column in COLUMNS.split(","))
    bond, mia, zoe = rows(file)
    assert (bond["student_id"], bond["last_name"], bond["first_name"]) == ("007", "Bond", "Jåmes")
    assert (bond["email"], bond["duedate"]) == ("bond@example.org", "2026-12-01")
    assert (bond["raw_score"], bond["score"], bond["max_score"]) == ("9", "9", "5")
    assert bond["late_submission_penalty"] == "0"
    assert (mia["score"], mia["max_score"], mia["last_name"]) == ("2", "5", "Mia")
    assert zoe["duedate"] == "2026-01-01"
    assert zoe["last_name"] == '\'=HYPERLINK("http://example.org")' and zoe["email"] == "'@zoe"
    assert "no grade for absent Nobody At All" in done.stderr


def test_csv_without_the_bonus_or_of_one_student(graded: Path, tmp_path: Path) -> None:
    assert (
        export(graded, "csv", "--no-bonus", "--student", "007", "--out", tmp_path / "x.csv").returncode == 0
    )
    assert [(r["student_id"], r["score"]) for r in rows(tmp_path / "x.csv")] == [("007", "5")]


def test_csv_two_grades_of_one_student_are_not_chosen_from(graded: Path, tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text("id,aliases\nx,mia;zoë\n", encoding="utf-8")
    done = export(graded, "csv", "--roster", tmp_path / "roster.csv")
    assert done.returncode == 2 and "both x in the roster" in done.stderr
    assert export(graded, "csv", "--roster", tmp_path / "roster.csv", "--unit", "02").returncode == 2


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\nx"),
        (" =1", "' =1"),
        ("＝1", "'＝1"),
        (-1, "-1"),
        (Fraction(-5, 2), "-2.5"),
        (Fraction(1, 3), "0.33"),
        ("0042", "0042"),
        ("Zoë", "Zoë"),
        ("", ""),
    ],
)
def test_no_cell_starts_a_formula_and_numbers_stay_numbers(value: str | int | Fraction, written: str) -> None:
    assert cell(value) == written


def test_canvas_fills_the_courses_own_gradebook(graded: Path, tmp_path: Path) -> None:
    template = tmp_path / "canvas.csv"
    done = export(
        *(graded, "canvas", "--gradebook", template, "--roster", tmp_path / "roster.csv"),
        *("--column", f"{UNIT}=4711", "--out", tmp_path / "in.csv"),
    )
    assert done.returncode == 1  # mia has no row
    lines = (tmp_path / "in.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == '"Student","ID","SIS User ID","SIS Login ID","Section","Doubling (4711)"'
    assert lines[1] == '"    Points Possible","","","","","5"'
    assert lines[2] == '"Bond, Jåmes","11","000123","jb007","S1, S2","9"'
    assert lines[3] == '"\'=Zoë","12","000124","z.1","S1","2"'
    assert len(lines) == 4
    assert "NOT EXPORTED: mia: no row has that id" in done.stderr
    assert (
        "no grade for Someone Else (se)" in done.stderr and "no grade for Student, Test (14)" in done.stderr
    )
    assert "2 students matched, 1 graded without a row, 2 rows without a grade" in done.stdout


def test_canvas_a_new_column_has_the_units_name_or_the_one_given(graded: Path, tmp_path: Path) -> None:
    common = (graded, "canvas", "--gradebook", tmp_path / "canvas.csv", "--roster", tmp_path / "roster.csv")
    done = export(*common)
    assert f"a new column, {UNIT}" in done.stdout
    file = graded / "canvas.csv"
    assert [r[UNIT] for r in rows(file)] == ["5", "9", "2"]
    assert export(*common, "--column", f"{UNIT}=Twice", "--no-bonus").returncode == 1
    assert [r["Twice"] for r in rows(file)] == ["5", "5", "2"]


def test_canvas_other_points_possible_are_converted_only_when_asked(graded: Path, tmp_path: Path) -> None:
    common = (graded, "canvas", "--gradebook", tmp_path / "canvas.csv", "--roster", tmp_path / "roster.csv")
    done = export(*common, "--column", f"{UNIT}=Quiz")
    assert done.returncode == 2 and "--scale" in done.stderr
    assert not (graded / "canvas.csv").exists()
    export(*common, "--column", f"{UNIT}=Quiz", "--scale")
    assert [r["Quiz (12)"] for r in rows(graded / "canvas.csv")] == ["10", "18", "4"]
    done = export(*common, "--column", f"{UNIT}=Total")
    assert done.returncode == 2 and "computes" in done.stderr
    done = export(*common, "--column", f"{UNIT}=9999")
    assert done.returncode == 2 and "no column 9999" in done.stderr


def test_canvas_never_guesses_between_two(graded: Path, tmp_path: Path) -> None:
    """A login that is another's SIS User ID; two students who lead to one row."""
    (tmp_path / "canvas.csv").write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\nA,1,007,x,\nB,2,y,007,\nZ,3,zoë,mia,\n"
    )
    done = export(graded, "canvas", "--gradebook", tmp_path / "canvas.csv")
    assert done.returncode == 1
    assert "007: 2 rows have that id" in done.stderr
    assert "mia: zoë would have the same row" in done.stderr and "zoë: mia would" in done.stderr
    assert "0 students matched" in done.stdout
    done = export(graded, "canvas", "--gradebook", graded / "summary.json")
    assert done.returncode == 2 and "is not a gradebook of Canvas" in done.stderr


def test_gradescope_results_are_valid_and_keep_hidden_tests_hidden(graded: Path) -> None:
    for student, score in (("007", 9), ("zoë", 2), ("mia", 2)):
        done = export(graded, "gradescope", "--student", student)
        assert done.returncode == 0, done.stderr
        results = valid(graded / "results.json", "gradescope-results.json")
        assert results["score"] == score == sum(t["score"] for t in results["tests"])
        assert sum(t["max_score"] for t in results["tests"]) == 5
        assert results["stdout_visibility"] == "hidden"
        (hidden,) = [t for t in results["tests"] if t["visibility"] == "hidden"]
        assert hidden["max_score"] == 0
        assert HIDDEN_EXAMPLE not in (graded / "results.json").read_text()
    (public,) = [t for t in results["tests"] if "negative" in t["extra_data"]["id"]]
    assert public["status"] == "failed" and "a hidden test that goes deeper" in public["output"]
    assert export(graded, "gradescope", "--student", "zoë", "--visibility", "after_published").returncode == 0
    results = valid(graded / "results.json", "gradescope-results.json")
    assert {t["visibility"] for t in results["tests"]} == {"hidden", "after_published"}
    (wrong,) = [t for t in results["tests"] if "negative" in t["extra_data"]["id"]]
    assert "double(-1) is not -2" in wrong["output"] and "Hint: signs" in wrong["output"]


def test_gradescope_the_bonus_can_be_left_out_and_one_submission_has_to_be_named(graded: Path) -> None:
    assert export(graded, "gradescope", "--student", "007", "--no-bonus").returncode == 0
    assert valid(graded / "results.json", "gradescope-results.json")["score"] == 5
    done = export(graded, "gradescope")
    assert done.returncode == 2 and "--student" in done.stderr
    done = export(graded, "gradescope", "--student", "007", "--visibility", "never")
    assert done.returncode == 2 and "--visibility" in done.stderr


def test_classroom50_results_are_valid_whole_numbers_without_bonus(graded: Path) -> None:
    for student, score in (("007", 5), ("zoë", 2), ("mia", 2)):
        done = export(graded, "classroom50", "--student", student, env=RUNNER)
        assert done.returncode == 0, done.stderr
        result = valid(graded / "result.json", "classroom50-result.json")
        assert (result["score"], result["max-score"]) == (score, 5)
        assert sum(t["score"] for t in result["tests"]) == score
        assert sum(t["max-score"] for t in result["tests"]) == 5
        assert (result["owner"], result["review"]) == ("zoe", RUNNER["COMMIT_URL"])
        assert HIDDEN_EXAMPLE not in json.dumps(result) and len(result["tests"]) == 3
    done = export(graded, "classroom50", "--student", "007", "--out-of", "3", env=RUNNER)
    assert valid(graded / "result.json", "classroom50-result.json")["score"] == 3
    done = export(graded, "classroom50", "--student", "007")
    assert done.returncode == 2 and "CLASSROOM" in done.stderr


@pytest.mark.parametrize(
    ("earned", "possible", "out_of", "expected"),
    [
        (0, 70, 10, 0),
        (1, 70, 10, 1),
        (69, 70, 10, 9),
        (70, 70, 10, 10),
        (35, 70, 10, 5),
        (1, 1000, 2, 1),
        (0, 0, 5, 0),
    ],
)
def test_rounding_keeps_full_and_nothing_apart(
    earned: int, possible: int, out_of: int, expected: int
) -> None:
    assert rounded(Points(earned, possible), out_of=out_of) == expected


def test_rounding_says_when_it_cannot_and_keeps_a_bonus_above_full() -> None:
    with pytest.raises(ExportError):
        rounded(Points(1, 2), out_of=1)
    assert rounded(Points(71, 70), out_of=10) == 11
    assert rounded(Points(9999, 10000), out_of=5, decimals=2) == Fraction(499, 100)


@pytest.mark.parametrize("to", ["csv", "canvas", "gradescope", "classroom50"])
def test_what_was_not_run_is_listed_and_never_leaves(graded: Path, tmp_path: Path, to: str) -> None:
    change(graded, "007", status="not_run", fault="the disk was full")
    (graded / "records" / "mia" / f"{UNIT}.json").write_text("{ broken")
    more = {"canvas": ("--gradebook", tmp_path / "canvas.csv", "--roster", tmp_path / "roster.csv")}
    done = export(graded, to, "--out", tmp_path / "exported", *more.get(to, ()), env=RUNNER)
    assert done.returncode == 1
    assert f"NOT EXPORTED: 007, {UNIT}: not run: the disk was full" in done.stderr
    assert f"NOT EXPORTED: mia, {UNIT}: its record can't be read" in done.stderr
    text = (tmp_path / "exported").read_text()
    assert "007" not in text and "mia" not in text
    alone = export(graded, to, "--student", "007", "--out", tmp_path / "alone", *more.get(to, ()), env=RUNNER)
    assert alone.returncode == 1 and not (tmp_path / "alone").exists()


def test_a_record_that_contradicts_itself_is_not_exported(graded: Path) -> None:
    file = graded / "records" / "zoë" / f"{UNIT}.json"
    score = json.loads(file.read_text())["score"]
    change(graded, "zoë", score=score | {"core": {"earned": 200, "possible": 2}})
    done = export(graded, "csv")
    assert done.returncode == 1 and "contradicts itself" in done.stderr
    assert "zoë" not in (graded / "grades.csv").read_text(encoding="utf-8")


def test_only_our_own_unchanged_files_are_written_over(graded: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "grades.csv"
    theirs.write_text("years of work")
    done = export(graded, "csv", "--out", theirs)
    assert done.returncode == 2 and "--force" in done.stderr
    assert theirs.read_text() == "years of work"
    assert export(graded, "csv", "--out", theirs, "--force").returncode == 0
    ours = theirs.read_text()
    assert export(graded, "csv", "--out", theirs).returncode == 0
    theirs.write_text(ours + "a note of mine\n")
    assert export(graded, "csv", "--out", theirs).returncode == 2
    assert not list(tmp_path.glob(".grades*"))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["no/such/folder", "--to", "csv"], "there is no folder"),
        (["OUT", "--to", "excel"], "--to is one of"),
        (["OUT", "--to", "canvas"], "--gradebook"),
        (["OUT", "--to", "canvas", "--gradebook", "OUT/journal.jsonl"], "is not a gradebook of Canvas"),
        (["OUT", "--to", "csv", "--roster", "OUT/summary.json"], "there is no column id"),
        (["OUT", "--to", "csv", "--student", "who"], "no grades"),
    ],
)
def test_bad_usage_is_said_in_a_sentence(once: Path, arguments: list[str], says: str) -> None:
    done = command("export", *[a.replace("OUT", str(once)) for a in arguments])
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
