"""Notebooks generated from answer keys: their cells, their metadata, and the module they amount to."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from support import ROOT
from support.notebooks import UNITS, Notebook, answered, grade_id, unanswered, write

from grader.course import Unit
from grader.course.units import BANDS, load_unit
from grader.intake.submission.extraction import module_of
from grader.intake.submission.guarding import PRELUDE
from grader.intake.submission.notebook_reader import read_code
from grader.outputs.nbgrader.source_notebook import generate_notebook

QUESTIONS = load_unit(ROOT / "tests" / "11_questionnaire" / "unit.toml")
EVERY = {**UNITS, QUESTIONS.name: QUESTIONS}


def nbgrader_of(notebook: Notebook) -> dict[str, Notebook]:
    """The metadata of nbgrader's own cells, by their names."""
    return {grade_id(c): c["metadata"]["nbgrader"] for c in notebook["cells"] if grade_id(c)}


@pytest.mark.parametrize("unit", EVERY.values(), ids=EVERY)
def test_each_function_has_a_cell_to_write_it_in_and_after_it_one_that_checks(unit: Unit) -> None:
    notebook = answered(unit)
    names = [grade_id(c) for c in notebook["cells"]]
    cells = nbgrader_of(notebook)
    assert len(cells) == len([n for n in names if n])  # none twice
    for name in unit.functions:
        assert cells[name]["solution"] and not cells[name]["locked"]
        check = cells[f"check_{name}"]
        assert check["locked"] and not check["solution"]
        assert names.index(f"check_{name}") > names.index(name)
        for used in unit.functions[name].uses:
            assert names.index(f"check_{name}") > names.index(used), (
                f"{name} is checked before {used} is defined"
            )
    for name, about in cells.items():
        assert re.fullmatch(r"[a-zA-Z0-9_-]+", name)
        keys = {"schema_version", "grade", "solution", "locked", "task", "grade_id"}
        assert set(about) == keys | ({"points"} if about["grade"] else set())
        assert about["schema_version"] == 3


@pytest.mark.parametrize("unit", EVERY.values(), ids=EVERY)
def test_as_handed_out_no_line_of_a_solution_is_left(unit: Unit) -> None:
    key = unit.reference.read_text(encoding="utf-8")
    regions = re.findall(r"# BEGIN SOLUTION\n(.*?)# END SOLUTION", key, re.DOTALL)
    outside = re.sub(r"# BEGIN SOLUTION\n.*?# END SOLUTION", "", key, flags=re.DOTALL)
    lines = {line.strip() for r in regions for line in r.splitlines() if len(line.strip()) > 30}
    text = "\n".join(c["source"] for c in unanswered(unit)["cells"] if c["cell_type"] == "code")
    assert [line for line in lines if line in text and line not in outside] == []
    assert text.count("raise NotImplementedError()") >= len(unit.functions)


@pytest.mark.parametrize("unit", EVERY.values(), ids=EVERY)
def test_the_module_that_it_amounts_to_is_the_answer_key(unit: Unit, tmp_path: Path) -> None:
    file = write(answered(unit), tmp_path / "notebook.ipynb")
    made, key = (
        sorted(
            ast.unparse(n) for n in ast.walk(ast.parse(t)) if isinstance(n, (ast.FunctionDef, ast.ClassDef))
        )
        for t in (
            module_of(read_code(file), unit.functions).replace(PRELUDE, ""),
            unit.reference.read_text(encoding="utf-8"),
        )
    )
    assert made == key


def test_the_handout_is_there_section_by_section(tmp_path: Path) -> None:
    unit = UNITS["01_softmax"]
    texts = [c["source"] for c in answered(unit)["cells"] if c["cell_type"] == "markdown"]
    for section in re.findall(r"^## .*$", unit.handout.read_text(encoding="utf-8"), re.MULTILINE):
        if section != "## Run it":  # of files; notebooks have words of their own
            assert sum(t.startswith(section) for t in texts) == 1, section
    assert any("fresh kernel" in t for t in texts)
    assert texts[-1].startswith("## Sources")


def test_stretch_has_a_check_without_points() -> None:
    unit = UNITS["02_init"]
    assert {f.band for f in unit.functions.values()} <= set(BANDS)
    stretch = {n for n, f in unit.functions.items() if f.band == "stretch"}
    assert stretch
    points = {n: 0 if n in stretch else 7 for n in unit.functions}
    cells = nbgrader_of(json.loads(generate_notebook(unit, points)))
    for name in unit.functions:
        assert cells[f"check_{name}"]["grade"] == (name not in stretch)
        assert cells[f"check_{name}"].get("points") == (None if name in stretch else 7)


def test_answers_that_a_person_reads_are_graded_by_hand_as_well() -> None:
    cells = nbgrader_of(answered(QUESTIONS))
    by_hand = {name: about["points"] for name, about in cells.items() if about["solution"] and about["grade"]}
    assert by_hand == {
        "q08_analogy": 4,
        "q20_why_callbacks": 3,
        "q21_as_flexible": 3,
        "f4_shipped_callback": 0,  # stretch adds nothing to the maximum
    }
    assert cells["check_q08_analogy"]["grade"]
    rubric = (QUESTIONS.tests / "rubrics.toml").read_text(encoding="utf-8")
    text = json.dumps(unanswered(QUESTIONS), ensure_ascii=False)
    for earning in re.findall(r'^(?:earns|text) = "(.{30,})"$', rubric, re.MULTILINE):
        assert earning not in text


def test_a_name_that_two_units_have_is_checked_with_its_unit() -> None:
    unit = UNITS["01_softmax"]
    notebook = json.loads(generate_notebook(unit, {}, ambiguous=frozenset({"accuracy"})))
    checks = {grade_id(c): c["source"] for c in notebook["cells"]}
    assert 'check("accuracy", unit="01_softmax")' in checks["check_accuracy"]
    assert 'check("nll")' in checks["check_nll"]


def test_deriving_again_gives_the_same_text() -> None:
    unit = UNITS["07_anneal"]
    assert generate_notebook(unit, {}) == generate_notebook(unit, {})
