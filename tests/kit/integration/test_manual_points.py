"""Points by hand: what a person writes into the worksheet, on its way to pages and exports."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support import KIT, command
from support.small_course import RUNNER
from support.written_course import UNIT, answering, grade_by_hand, graded, rows_of, save, write_course

pytest.importorskip("jinja2")

SCHEMAS = KIT / "schemas"
CANVAS = f"""Student,ID,SIS User ID,SIS Login ID,Section,{UNIT} (5)
    Points Possible,,,,,7
Ada,1,,ada,,
Zoë,2,,zoë,,
James,3,,007,,
"""
ALL = {("ada", "why"): "2.5", ("ada", "more"): "1.5", ("zoë", "why"): "0", ("007", "why"): "3"}


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three students: one with both answers, two with the core's; mia has written none."""
    students = {
        "ada": answering("Because.", "And so on."),
        "zoë": answering("Deshalb: äöü."),
        "007": answering("Bond."),
        "mia": "x = 1\n",
    }
    root = write_course(tmp_path_factory.mktemp("course"), students)
    graded(root)
    return root


@pytest.fixture
def course(once: Path, tmp_path: Path) -> Path:
    return shutil.copytree(once, tmp_path / "course")


@pytest.fixture
def out(course: Path) -> Path:
    return course / "out"


def report(out: Path) -> subprocess.CompletedProcess[str]:
    done = command("report", out, cwd=out.parent)
    assert done.returncode == 0, done.stderr
    return done


def page(out: Path, name: str) -> str:
    return " ".join((out / "report" / f"{name}.html").read_text(encoding="utf-8").split())


def export(out: Path, to: str, *more: object) -> subprocess.CompletedProcess[str]:
    """From a folder without a course, as everything that is counted lies beside the records."""
    return command("export", out, "--to", to, "--force", *more, cwd=out.parents[1], env=RUNNER)


def scores(out: Path, *more: object) -> dict[str, tuple[str, str]]:
    export(out, "csv", *more)
    with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
        return {r["student_id"]: (r["score"], r["max_score"]) for r in csv.DictReader(file)}


def valid(file: Path, schema: str) -> dict[str, Any]:
    value = json.loads(file.read_text(encoding="utf-8"))
    jsonschema.validate(value, json.loads((SCHEMAS / schema).read_text()))
    return dict(value)


def test_totals_are_provisional_until_every_answer_is_graded(out: Path) -> None:
    done = export(out, "csv")
    assert done.returncode == 0
    told = f"PROVISIONAL: {UNIT}: 4 answers are not graded yet, and 0 until then: 007 (1), ada (2), zoë (1)"
    assert told in done.stderr
    assert scores(out) == {"007": ("4", "7"), "ada": ("5", "7"), "mia": ("0", "7"), "zoë": ("4", "7")}
    index, ada, mia = page(out, "index"), page(out, "students/ada"), page(out, "students/mia")
    assert "Provisional: 4 answers not graded yet" in index and "4 of 7" in index
    assert "provisional: 2 answers not graded yet" in ada and "not graded yet, out of 3 points" in ada
    assert "provisional" not in mia and "nothing handed in, 0 of 3 points" in mia
    record = json.loads((out / "records" / "ada" / f"{UNIT}.json").read_text(encoding="utf-8"))
    assert record["score"]["core"] == {"earned": 4, "possible": 4}, "the record stays what the tests found"


def test_points_by_hand_are_in_every_total(out: Path, tmp_path: Path) -> None:
    grade_by_hand(out, ALL, "Look <again>.")
    assert "NOT COUNTED" not in report(out).stderr
    index, ada = page(out, "index"), page(out, "students/ada")
    assert '6.5 of 7 <span class="soft">+ 2.5 bonus</span>' in index and "provisional" not in index.lower()
    assert "median 5.25 of 7 points; full marks for 1 of 4" in index
    assert "6.5 of 7" in ada and "2.5 of 3 points" in ada and "2.5 of 3</td>" in ada
    assert "Look &lt;again&gt;." in ada and "What &lt;b&gt;else&lt;/b&gt;?" in ada
    assert "2.5 of 3 points" in page(out, "worksheet")

    done = export(out, "csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert scores(out) == {"007": ("7", "7"), "ada": ("9", "7"), "mia": ("0", "7"), "zoë": ("4", "7")}
    assert scores(out, "--no-bonus")["ada"] == ("6.5", "7")

    (tmp_path / "canvas.csv").write_text(CANVAS, encoding="utf-8")
    export(out, "canvas", "--gradebook", tmp_path / "canvas.csv", "--no-bonus")
    lines = (out / "canvas.csv").read_text(encoding="utf-8").splitlines()
    assert [line.rpartition(",")[2].strip('"') for line in lines[1:]] == ["7", "6.5", "4", "7"]

    assert export(out, "gradescope", "--student", "ada").returncode == 0
    results = valid(out / "results.json", "gradescope-results.json")
    assert results["score"] == 9 == sum(t["score"] for t in results["tests"])
    assert sum(t["max_score"] for t in results["tests"]) == 7
    (why,) = [t for t in results["tests"] if t["name"] == "why: Why?"]
    assert (why["score"], why["max_score"], why["status"]) == (2.5, 3, "failed")
    assert "2.5 of 3 points" in why["output"] and "Look <again>." in why["output"]

    assert export(out, "classroom50", "--student", "ada").returncode == 0
    result = valid(out / "result.json", "classroom50-result.json")
    assert (result["score"], result["max-score"]) == (6, 7), "6.5 is rounded, and never to full"
    (why,) = [t for t in result["tests"] if t["test-name"] == "why: Why?"]
    assert (why["score"], why["max-score"]) == (2, 3) and "2.5 of 3 points" in why["output"]


def typed(out: Path, texts: list[str]) -> None:
    """Have students s0, s1, ... with ada's answers, and these texts in the cells for the points of the first."""
    record = json.loads((out / "records" / "ada" / f"{UNIT}.json").read_text(encoding="utf-8"))
    for n in range(len(texts)):
        (out / "records" / f"s{n}").mkdir()
        file = out / "records" / f"s{n}" / f"{UNIT}.json"
        file.write_text(json.dumps(record | {"student": f"s{n}"}), encoding="utf-8")
    (ada,) = [r for r in rows_of(out) if (r["student"], r["question"]) == ("ada", "why")]
    rows = [ada | {"student": f"s{n}", "points": text, "comment": "Kept."} for n, text in enumerate(texts)]
    save(out, rows)


def test_numbers_are_read_as_spreadsheets_write_them(out: Path) -> None:
    texts = {"2,5": "6.5", "'2": "6", " 3 ": "7", "0": "4", "2.50": "6.5", "0.25": "4.25", "": "4", "３": "7"}
    typed(out, list(texts))
    found = scores(out, "--no-bonus")
    assert [found[f"s{n}"] for n in range(len(texts))] == [(points, "7") for points in texts.values()]


def test_what_is_not_a_number_of_points_is_told_and_that_grade_stays_here(out: Path) -> None:
    texts = ["good", "3.5", "-1", "nan", "inf", "2/3", "=1+1", "####", "1e0", "50%", "01. Mai", "0.125", "½"]
    typed(out, texts)
    done = export(out, "csv")
    assert done.returncode == 1
    for n, text in enumerate(texts):
        told = f"s{n}, {UNIT}: worksheet.csv, row {n + 2}, column points: {text!r} can't be counted"
        assert f"NOT EXPORTED: {told}" in done.stderr
    assert "write a number from 0 to 3" in done.stderr
    with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
        assert {r["student_id"] for r in csv.DictReader(file)} == {"007", "ada", "mia", "zoë"}
    first = report(out).stderr
    assert all(f"worksheet.csv, row {n + 2}, column points" in first for n in range(len(texts)))
    assert "can&#39;t be counted" in page(out, "index")
    kept = rows_of(out)[: len(texts)]
    assert [(r["points"].removeprefix("'"), r["comment"]) for r in kept] == [(t, "Kept.") for t in texts]
    assert report(out).stderr == first, "and again, from the file that was written anew"


@pytest.mark.parametrize(
    "saved",
    [
        {"delimiter": ";", "newline": "\r\n", "encoding": "cp1252"},
        {"delimiter": "\t", "newline": "\r\n", "encoding": "utf-16"},
        {"delimiter": ";", "newline": "\r", "encoding": "utf-8-sig"},
    ],
)
def test_the_worksheet_comes_back_from_any_spreadsheet(out: Path, saved: dict[str, str]) -> None:
    """In its delimiter, encoding and line ends; with columns moved and added, rows sorted, and ids without zeros."""
    grade_by_hand(out, ALL, "“Gut”, €")
    rows = [
        {"Mine": f"note {n}", **{k: r[k] for k in reversed(r)}} for n, r in enumerate(reversed(rows_of(out)))
    ]
    save(out, [r | {"student": r["student"].removeprefix("00")} for r in rows], **saved)
    found = scores(out)
    assert found["007"] == ("7", "7") and found["zoë"] == ("4", "7")
    assert report(out).stderr == ""
    assert "“Gut”, €" in page(out, "students/ada")
    text = (out / "worksheet.csv").read_bytes().decode("utf-8-sig")
    kept = list(csv.DictReader(text.splitlines(), delimiter=saved["delimiter"]))
    assert [(r["Mine"], r["points"]) for r in kept] == [(r["Mine"], r["points"]) for r in rows]
    assert scores(out)["ada"] == ("9", "7"), "what was written anew is read alike"


def test_rows_that_grade_nothing_are_told_and_kept(out: Path) -> None:
    grade_by_hand(out, ALL)
    rows = rows_of(out)
    ada = next(r for r in rows if (r["student"], r["question"]) == ("ada", "why"))
    rest = [r for r in rows if r is not ada]
    strays = [ada | {"student": "adda"}, ada | {"unit": "02_none"}, ada | {"question": "how"}]
    save(out, [*rest, *strays])
    done = export(out, "csv")
    assert done.returncode == 1
    first = len(rest) + 2
    assert f"NOT COUNTED: worksheet.csv, row {first}, column student: there is no record of" in done.stderr
    assert (
        f"row {first + 1}, column unit" in done.stderr and f"row {first + 2}, column question" in done.stderr
    )
    assert "1 answer is not graded yet" in done.stderr and scores(out, "--no-bonus")["ada"] == ("4", "7")
    assert f"row {first}, column student" in report(out).stderr
    assert f"row {first}, column student" in page(out, "index")
    kept = rows_of(out)
    assert [r["points"] for r in kept if r["student"] == "adda"] == ["2.5"]
    assert len(kept) == len(rest) + 4, "the strays, and a new row for the answer"


def test_of_two_rows_for_one_answer_neither_is_guessed(out: Path) -> None:
    grade_by_hand(out, ALL)
    rows = rows_of(out)
    ada = next(r for r in rows if (r["student"], r["question"]) == ("ada", "why"))
    save(out, [*rows, ada, ada | {"points": ""}])
    assert scores(out, "--no-bonus")["ada"] == ("6.5", "7"), "the same twice is no contradiction"
    save(out, [*rows, ada | {"points": "1"}])
    done = export(out, "csv")
    where = f"rows {rows.index(ada) + 2} and {len(rows) + 2} give different points"
    assert done.returncode == 1 and f"NOT EXPORTED: ada, {UNIT}: worksheet.csv, {where}" in done.stderr
    assert where in report(out).stderr
    assert sorted(r["points"] for r in rows_of(out) if r["student"] == "ada") == ["1", "1.5", "2.5"]


def test_a_row_whose_cells_have_moved_is_not_counted(out: Path) -> None:
    """A decimal comma, typed by hand into a file with commas, makes two cells of one."""
    text = (out / "worksheet.csv").read_text(encoding="utf-8-sig")
    (out / "worksheet.csv").write_text(
        text.replace(f'"ada","{UNIT}","why","",', f'"ada","{UNIT}","why",1,5,')
    )
    done = export(out, "csv")
    assert done.returncode == 1 and "more cells than there are columns" in done.stderr
    assert f"NOT EXPORTED: ada, {UNIT}" in done.stderr
    report(out)
    assert f'"ada","{UNIT}","why","1","5","3"' in (out / "worksheet.csv").read_text(encoding="utf-8-sig")


def test_points_for_an_earlier_answer_stay_and_are_flagged_until_it_is_read(course: Path, out: Path) -> None:
    grade_by_hand(out, ALL)
    graded(course, ada=answering("Because of the weather.", "And so on."))
    done = export(out, "csv")
    assert done.returncode == 0 and "handed in again since: ada (1)" in done.stderr
    assert scores(out)["ada"] == ("9", "7")
    assert "have changed since a person graded them" in page(out, "index")
    assert "for an earlier version of your answer" in page(out, "students/ada")
    (why,) = [r for r in rows_of(out) if (r["student"], r["question"]) == ("ada", "why")]
    assert why["points"] == "2.5" and "2.5 points are for an earlier answer" in why["changed"]
    before = rows_of(out)
    for change in ({"points": "3"}, {"answer": ""}):
        save(out, [r | change if r == why else r for r in before])
        assert "handed in again" not in export(out, "csv").stderr
        report(out)
        assert not any(r["changed"] for r in rows_of(out))
    save(out, before)
    graded(course, ada=answering("Because of another thing.", "And so on."))
    assert "handed in again" in export(out, "csv").stderr


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("student,unit,question,points,out_of,comment\n", "has no column answer"),
        ("student,unit,question,points,points,out_of,comment,answer\n", "two columns points"),
        (
            f'student,unit,question,points,out_of,comment,answer\nada,{UNIT},why,2,3,"open,x\n',
            "can't be read",
        ),
    ],
)
def test_a_worksheet_that_can_not_be_read_stops_exports_and_stays(out: Path, text: str, says: str) -> None:
    (out / "worksheet.csv").write_text(text)
    for done in (export(out, "csv"), command("report", out, cwd=out.parent)):
        assert done.returncode == 2 and says in " ".join(done.stderr.split())
    assert not (out / "grades.csv").exists()
    assert (out / "worksheet.csv").read_text() == text


def test_rubrics_are_kept_beside_the_records_and_follow_the_course(course: Path, out: Path) -> None:
    grade_by_hand(out, ALL)
    (out / "rubrics.json").unlink()
    done = export(out, "csv")
    assert done.returncode == 2 and "grader report" in done.stderr, "without them nothing would be counted"
    assert command("export", out, "--to", "csv", cwd=course).returncode == 0
    assert scores(out)["ada"] == ("9", "7")
    rubrics = course / "tests" / UNIT / "rubrics.toml"
    rubrics.write_text(rubrics.read_text().replace("points = 3", "points = 2"))
    assert "write a number from 0 to 2" in report(out).stderr
    rubrics.unlink()
    report(out)
    assert scores(out)["ada"] == ("5", "4"), "without rubrics a person's points have no place"


def test_an_autograder_leaves_the_points_by_hand_open(course: Path, tmp_path: Path) -> None:
    """It has no worksheet: the total is out of the same points, and says that a person has still to read."""
    (tmp_path / "checkout").mkdir()
    (tmp_path / "checkout" / "questions.py").write_text(answering("Because."), encoding="utf-8")
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"unit": UNIT, "tier": "T0"}))
    shutil.copy(course / "secret", tmp_path / "secret")
    env = {**RUNNER, "GRADER_COURSE": str(course)}
    done = command("autograde", "classroom50", settings, cwd=tmp_path / "checkout", env=env)
    assert done.returncode == 0, done.stderr
    result = valid(tmp_path / "checkout" / "result.json", "classroom50-result.json")
    assert (result["score"], result["max-score"]) == (4, 7)
    (why,) = [t for t in result["tests"] if t["test-name"] == "why: Why?"]
    assert not why["passed"] and "Not graded yet" in why["output"]
