"""Finding submissions: whatever an instructor downloads is attributed rightly, or listed; never guessed."""

from __future__ import annotations

import io
import json
import os
import re
import struct
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import ROOT, write_files

from grader.intake.apart.client import HERE
from grader.intake.discovery import archives
from grader.intake.discovery.discover import Discovery, discover, match_pattern
from grader.intake.discovery.roster import Roster, RosterError
from grader.intake.submission.errors import SubmissionError
from grader.intake.submission.file_names import safe_name
from grader.intake.submission.staging import stage
from grader.intake.submission.submission import Submission

UNITS = {"01_softmax": "softmax", "02_init": "init", "06_runner": "runner"}
SOFTMAX = "01_softmax"


@pytest.fixture(autouse=True)
def read_here(monkeypatch):
    """Read in this process, where limits can be changed and functions replaced."""
    monkeypatch.setattr(HERE, "inside", True)


@pytest.fixture
def tree(tmp_path):
    """Write files, given as {relative path: text}, into a folder `class`; returns the folder."""

    def write(files: dict[str, str | bytes], root: str = "class") -> Path:
        folder = tmp_path / root
        folder.mkdir(exist_ok=True)
        return write_files(folder, files)

    return write


@pytest.fixture
def find(tmp_path):
    def _find(path: Path, **options) -> Discovery:
        return discover(path, UNITS, workdir=tmp_path / "work", **options)

    return _find


def zipped(files: Mapping[str, str] | Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def found(discovery: Discovery) -> list[tuple[str, str]]:
    return [(s.student, s.unit) for s in discovery.submissions]


def problems(discovery: Discovery) -> list[tuple[str, str | None]]:
    return [(p.kind, p.student) for p in discovery.findings]


def helpers(submission: Submission) -> list[str]:
    return [f.relative_to(submission.module.parent).as_posix() for f in submission.files[1:]]


# One file


@pytest.mark.parametrize(
    "name, unit, student",
    [
        ("alice/softmax.py", None, "alice"),
        ("alice/Softmax.py", None, "alice"),
        ("alice/softmax.py", SOFTMAX, "alice"),
        ("alice/01_softmax/softmax.py", None, "alice"),
        ("alice/assignments/01_softmax/softmax.py", None, "alice"),
        ("alice/01_softmax.py", None, "alice"),
        ("anywhere/my_solution.py", SOFTMAX, "my_solution"),
        ("anywhere/lovelaceada_12345_67890_softmax.py", None, "lovelaceada"),
    ],
)
def test_one_file(tree, find, name, unit, student):
    discovery = find(tree({name: "x = 1"}) / name, only_unit=unit)
    assert found(discovery) == [(student, SOFTMAX)]
    assert discovery.findings == ()


@pytest.mark.parametrize(
    "name, unit, words",
    [
        ("my_solution.py", None, "--unit"),
        ("init.py", SOFTMAX, "02_init"),
        ("softmax.txt", None, "neither a Python file"),
    ],
)
def test_one_file_that_says_too_little(tree, find, name, unit, words):
    discovery = find(tree({name: ""}) / name, only_unit=unit)
    assert discovery.submissions == ()
    assert [p.kind for p in discovery.findings] == ["unmatched"]
    assert words in discovery.findings[0].text


def test_a_solution_among_other_files_has_no_helpers(tree, find):
    folder = tree({"my_solution.py": "", "other.py": ""})
    (submission,) = find(folder / "my_solution.py", only_unit=SOFTMAX).submissions
    assert submission.files == (submission.module,)


# One student's folder


@pytest.mark.parametrize("place", ["", "01_softmax/", "assignments/01_softmax/"])
@pytest.mark.parametrize("as_zip", [False, True])
def test_one_students_folder(tree, find, tmp_path, place, as_zip):
    files = {f"{place}softmax.py": "", "README.md": "", ".git/config": "", "__MACOSX/._softmax.py": ""}
    path = tree({"alice.zip": zipped(files)}) / "alice.zip" if as_zip else tree(files, "alice")
    discovery = find(path)
    assert found(discovery) == [("alice", SOFTMAX)]
    assert discovery.findings == ()


def test_a_units_folder_is_its_students(tree, find):
    folder = tree({"01_softmax/softmax.py": ""}, "alice")
    assert found(find(folder / "01_softmax")) == [("alice", SOFTMAX)]


def test_several_units_come_in_the_units_order(tree, find):
    folder = tree({"runner.py": "", "init.py": "", "01_softmax/softmax.py": ""}, "alice")
    assert found(find(folder)) == [("alice", u) for u in UNITS]
    assert found(find(folder, only_unit="02_init")) == [("alice", "02_init")]


def test_the_same_unit_twice_in_a_folder_is_not_graded(tree, find):
    discovery = find(tree({"softmax.py": "1", "01_softmax/softmax.py": "2", "init.py": ""}, "alice"))
    assert found(discovery) == [("alice", "02_init")]
    assert problems(discovery) == [("duplicate", "alice")] * 2
    assert "remove the others" in discovery.findings[0].text
    assert {p.path.parent.name for p in discovery.findings} == {"alice", "01_softmax"}


def test_helpers_are_what_the_module_can_import(tree, find):
    folder = tree(
        {
            "alice/softmax.py": "",
            "alice/init.py": "",
            "alice/shapes.py": "",
            "alice/pieces/__init__.py": "",
            "alice/pieces/deep/more.py": "",
            "alice/softmax/__init__.py": "",
            "alice/02_init/other.py": "",
            "alice/conftest.py": "",
            "alice/test_mine.py": "",
            "alice/pieces/conftest.py": "",
            "alice/sitecustomize.py": "",
            "alice/usercustomize.py": "",
            "alice/pytest.ini": "",
            "alice/notes.txt": "",
            "alice/__pycache__/shapes.py": "",
            "alice/.venv/lib/x.py": "",
            "alice/env/pyvenv.cfg": "",
            "alice/env/lib.py": "",
            "alice/my draft.py": "",
            "alice/tests/anything.py": "",
        }
    )
    discovery = find(folder, only_unit=SOFTMAX)
    assert sorted(helpers(discovery.submissions[0])) == [
        "pieces/__init__.py",
        "pieces/deep/more.py",
        "shapes.py",
    ]
    assert discovery.findings == ()


def test_a_helper_that_hides_a_library_is_left_out_and_told(tree, find):
    discovery = find(
        tree({"softmax.py": "", "random.py": "", "torch/__init__.py": "", "torch/x.py": ""}, "alice")
    )
    assert helpers(discovery.submissions[0]) == []
    assert len(discovery.findings) == 2
    assert "random.py would hide the module random" in " ".join(p.text for p in discovery.findings)


def test_too_many_helpers_are_not_graded(tree, find):
    discovery = find(tree({"softmax.py": "", **{f"h{i}.py": "" for i in range(201)}}, "alice"))
    assert found(discovery) == []
    assert problems(discovery) == [("unreadable", "alice")]


# A class


def test_a_folder_for_each_student(tree, find):
    discovery = find(
        tree(
            {
                "alice/softmax.py": "",
                "bob/01_softmax/softmax.py": "",
                "bob/02_init/init.py": "",
                "Émile Zola/assignments/06_runner/runner.py": "",
                ".DS_Store": "",
                "._junk.py": "",
                "node_modules/a.py": "",
            }
        )
    )
    assert found(discovery) == [
        ("alice", SOFTMAX),
        ("bob", SOFTMAX),
        ("bob", "02_init"),
        ("Émile Zola", "06_runner"),
    ]
    assert discovery.findings == ()


@pytest.mark.parametrize("wrapper", ["", "class/", "hw1/"])
def test_a_zip_of_a_class(tree, find, wrapper):
    files = {f"{wrapper}alice/softmax.py": "", f"{wrapper}bob/softmax.py": ""}
    discovery = find(tree({"class.zip": zipped(files)}) / "class.zip")
    assert found(discovery) == [("alice", SOFTMAX), ("bob", SOFTMAX)]
    assert discovery.findings == ()


def test_a_flat_folder_of_files_named_after_students(tree, find):
    folder = tree({"alice.py": "", "bob.py": "", "conftest.py": "", "notes.pdf": ""})
    discovery = find(folder, only_unit=SOFTMAX)
    assert found(discovery) == [("alice", SOFTMAX), ("bob", SOFTMAX)]
    assert all(s.files == (s.module,) for s in discovery.submissions)
    assert problems(discovery) == [("unmatched", None)] * 2


def test_a_flat_folder_without_a_unit_is_listed(tree, find):
    discovery = find(tree({"alice.py": "", "bob.py": ""}))
    assert found(discovery) == []
    assert problems(discovery) == [("unmatched", None)] * 2
    assert "--unit" in discovery.findings[0].text


def test_the_only_file_of_a_student_needs_no_name_when_the_unit_is_given(tree, find):
    discovery = find(
        tree({"alice/my_work.py": "", "bob/a.py": "", "bob/b.py": "", "carol/softmax.py": ""}),
        only_unit=SOFTMAX,
    )
    assert found(discovery) == [("alice", SOFTMAX), ("carol", SOFTMAX)]
    assert problems(discovery) == [("unmatched", "bob")]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "01_softmax.py",
            "01_softmax.ipynb",
            "01_softmax/01_softmax.py",
            "softmax (1).py",
            "softmax-2.ipynb",
        ),
        *("hw1_softmax_final.py", "Ada Lovelace softmax.py", "Softmax - Copy.py", "unit01-softmax-v2.ipynb"),
        *("assignments/01_softmax/soft_max.py", "lovelace_01-Softmax_solution.py"),
    ],
)
@pytest.mark.parametrize("only_unit", [None, "01_softmax"])
def test_names_that_can_mean_only_one_unit_are_taken(tree, find, name, only_unit):
    text = "x" if name.endswith(".py") else notebook("x = 1")
    folder = tree({f"Ada Lovelace/{name}": text, "bob/softmax.py": "", "bob/01_softmax.py": ""})
    discovery = find(folder, only_unit=only_unit)
    assert found(discovery) == [("Ada Lovelace", SOFTMAX), ("bob", SOFTMAX)], discovery.findings
    assert discovery.submissions[0].module.name == Path(name).name
    assert discovery.submissions[1].module.name == "softmax.py"


def test_names_that_say_more_are_not_guessed_about(tree, find):
    folder = tree(
        {
            "ann/softmax_helpers.py": "",
            "bob/test_softmax.py": "",
            "cem/softmax_v1.py": "",
            "cem/softmax_v2.py": "",
            "dan/init_softmax.py": "",
            "eve/init.py": "",
            "eve/__init__.py": "",
        }
    )
    discovery = find(folder)
    assert found(discovery) == [("eve", "02_init")]
    assert [f.kind for f in discovery.findings if f.student == "cem"] == ["duplicate", "duplicate"]
    assert {"ann", "bob", "dan"} <= {f.student for f in discovery.findings}


def test_nothing_to_grade_names_what_was_seen(tree, find):
    discovery = find(tree({"ann.zip": zipped({"essay.pdf": "x", "deep/notes.txt": ""})}))
    assert "but ann.zip/essay.pdf, ann.zip/deep/notes.txt: nothing to grade" in discovery.findings[0].text


def test_students_without_the_unit_asked_for_are_missing(tree, find):
    discovery = find(tree({"alice/init.py": "", "bob/softmax.py": ""}), only_unit=SOFTMAX)
    assert found(discovery) == [("bob", SOFTMAX)]
    assert problems(discovery) == [("missing", "alice")]


def test_a_folder_in_between_is_not_guessed_about(tree, find):
    files = {"alice/hw1/softmax.py": "", "bob/softmax.py": ""}
    discovery = find(tree(files))
    assert found(discovery) == [("bob", SOFTMAX)]
    assert [p.kind for p in discovery.findings] == ["unmatched"]
    assert "'alice' or 'hw1'" in discovery.findings[0].text


@pytest.mark.parametrize("known, student", [("alice", "alice"), ("hw1", "hw1")])
def test_a_roster_settles_a_folder_in_between(tree, find, tmp_path, known, student):
    discovery = find(tree({"alice/hw1/softmax.py": ""}), roster=roster(tmp_path, f"id\n{known}\n"))
    assert found(discovery) == [(student, SOFTMAX)]
    assert discovery.findings == ()


def test_a_module_among_students_folders_is_not_guessed_about(tree, find):
    discovery = find(tree({"softmax.py": "", "alice/softmax.py": "", "bob/softmax.py": ""}))
    assert found(discovery) == []
    assert problems(discovery) == [("unmatched", None)]


def test_a_module_in_an_unexpected_place_is_listed_unless_it_is_a_helper(tree, find):
    discovery = find(
        tree(
            {"alice/softmax.py": "", "alice/lib/init.py": "", "bob/init.py": "", "bob/my work/softmax.py": ""}
        )
    )
    assert found(discovery) == [("alice", SOFTMAX), ("bob", "02_init")]
    assert problems(discovery) == [("unmatched", "bob")]


def test_names_that_differ_in_case_alone_are_duplicates(tree, find):
    folder = tree({"Alice/softmax.py": ""})
    (folder / "alice").mkdir(exist_ok=True)
    if len(list(folder.iterdir())) < 2:
        pytest.skip("this file system ignores case")
    (folder / "alice/softmax.py").write_text("")
    discovery = find(folder)
    assert found(discovery) == []
    assert [p.kind for p in discovery.findings] == ["duplicate"] * 2


def test_the_work_folder_inside_the_class_is_passed_over(tree, tmp_path):
    folder = tree({"alice/softmax.py": "", "bob.zip": zipped({"softmax.py": ""})})
    for _ in range(2):
        discovery = discover(folder, UNITS, workdir=folder / "out/work")
        assert found(discovery) == [("alice", SOFTMAX), ("bob", SOFTMAX)]
        assert discovery.findings == ()


def test_the_same_answer_every_time(tree, find):
    folder = tree({f"s{i}/softmax.py": "" for i in range(20)})
    assert find(folder) == find(folder)


# Canvas


@pytest.mark.parametrize("as_zip", [False, True])
def test_canvas(tree, find, as_zip):
    files: dict[str, str | bytes] = {
        "lovelaceada_101_9001_softmax.py": "",
        "hoppergrace_LATE_102_9002_softmax-1.py": "",
        "hoppergrace_102_9003_init.py": "",
        "turingalan_103_9004_my_work.zip": zipped({"stuff/softmax.py": "", "stuff/aid.py": ""}),
        "noetheremmy_104_9005_report.pdf": "",
        "gaußcarl_105_9006_solution.py": "",
    }
    path = tree({"submissions.zip": zipped(files)}) / "submissions.zip" if as_zip else tree(files)
    discovery = find(path)
    assert found(discovery) == [
        ("hoppergrace", SOFTMAX),
        ("hoppergrace", "02_init"),
        ("lovelaceada", SOFTMAX),
        ("turingalan", SOFTMAX),
    ]
    assert [s.late for s in discovery.submissions] == [True, False, False, False]
    assert [helpers(s) for s in discovery.submissions] == [[], [], [], ["aid.py"]]
    assert sorted(problems(discovery)) == [
        ("late", "hoppergrace"),
        ("unmatched", "gaußcarl"),
        ("unmatched", "noetheremmy"),
    ]


def test_canvas_the_newest_resubmission_counts_and_the_older_is_listed(tree, find):
    names = [f"lovelaceada_101_90{i}_softmax{s}.py" for i, s in enumerate(["", "-2", "-10", "-1"])]
    discovery = find(tree(dict.fromkeys(names, "")))
    assert [s.module.name for s in discovery.submissions] == [names[2]]
    assert problems(discovery) == [("duplicate", "lovelaceada")] * 3
    assert all(names[2] in p.text for p in discovery.findings)


def test_canvas_two_uploads_of_one_attempt_are_not_graded(tree, find):
    discovery = find(tree({"lovelaceada_101_9001_softmax.py": "1", "lovelaceada_101_9002_softmax.py": "2"}))
    assert found(discovery) == []
    assert problems(discovery) == [("duplicate", "lovelaceada")] * 2


@pytest.mark.parametrize("name", ["softmax (1).py", "My_softmax.py", "softmax copy.ipynb"])
@pytest.mark.parametrize("upload", ["lovelaceada_101_9001_{}", "Ada Lovelace_101_assignsubmission_file_{}"])
def test_an_upload_whose_name_can_mean_one_unit_only_is_graded_as_in_a_folder(tree, find, upload, name):
    text = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    discovery = find(tree({upload.format(name): text}))
    assert [s.unit for s in discovery.submissions] == [SOFTMAX]
    assert problems(discovery) == []


def test_an_upload_of_the_modules_name_goes_before_a_copy_which_is_listed(tree, find):
    discovery = find(
        tree({"lovelaceada_101_9001_softmax.py": "1", "lovelaceada_101_9002_softmax (1).py": "2"})
    )
    assert [s.module.name for s in discovery.submissions] == ["lovelaceada_101_9001_softmax.py"]
    assert problems(discovery) == [("unmatched", "lovelaceada")]


def test_a_folder_that_is_hidden_is_listed_if_it_holds_a_module(tree, find):
    names = [
        ".ada/softmax.py",
        "bob/softmax.py",
        ".git/config",
        ".ipynb_checkpoints/softmax-checkpoint.ipynb",
    ]
    discovery = find(tree(dict.fromkeys(names, "")))
    assert found(discovery) == [("bob", SOFTMAX)]
    (finding,) = discovery.findings
    assert ".ada is passed over, because its name begins with a dot. Rename it." in finding.text


def test_a_copy_beside_the_module_is_listed_but_no_helper(tree, find):
    files = {
        f"ada/{name}": "" for name in ("softmax.py", "softmax (1).py", "softmax_old.py", "README (1).py")
    }
    discovery = find(tree(files | {"bob/softmax.py": ""}))
    assert found(discovery) == [("ada", SOFTMAX), ("bob", SOFTMAX)]
    assert [helpers(s) for s in discovery.submissions] == [["softmax_old.py"], []]
    (finding,) = discovery.findings
    assert (finding.kind, finding.student) == ("duplicate", "ada")
    assert "softmax (1).py seems to be for 01_softmax, too, and is not used" in finding.text
    assert "ada/softmax.py is graded" in finding.text


def test_canvas_two_people_of_one_name_are_told_apart(tree, find):
    discovery = find(tree({"smithjo_7_1_softmax.py": "", "smithjo_8_2_softmax.py": ""}))
    assert found(discovery) == [("smithjo_7", SOFTMAX), ("smithjo_8", SOFTMAX)]


def test_canvas_any_name_will_do_for_the_only_file_of_the_unit_asked_for(tree, find):
    discovery = find(
        tree(
            {
                "a_1_1_solution.py": "",
                "b_2_2_softmax.py": "",
                "b_2_3_aid.py": "",
                "c_3_4_one.py": "",
                "c_3_5_two.py": "",
            }
        ),
        only_unit=SOFTMAX,
    )
    assert found(discovery) == [("a", SOFTMAX), ("b", SOFTMAX)]
    assert sorted(problems(discovery)) == [("duplicate", "c"), ("duplicate", "c"), ("unmatched", "b")]


# Moodle


@pytest.mark.parametrize("as_zip", [False, True])
@pytest.mark.parametrize("end", ["", "_"])
def test_moodle(tree, find, as_zip, end):
    files: dict[str, str | bytes] = {
        f"Ada Lovelace_4711_assignsubmission_file{end}/softmax.py": "",
        f"Ada Lovelace_4711_assignsubmission_file{end}/aid.py": "",
        f"José Núñez_12_assignsubmission_file{end}/deep/er/softmax.py": "",
        f"Grace_Hopper_13_assignsubmission_file{end}/work.zip": zipped({"softmax.py": ""}),
        f"Emmy Noether_14_assignsubmission_file{end}/report.pdf": "",
        f"Alan Turing_15_assignsubmission_onlinetext{end}/onlinetext.html": "",
        "Kurt Gödel_16_assignsubmission_file_softmax.py": "",
    }
    path = tree({"hw.zip": zipped(files)}) / "hw.zip" if as_zip else tree(files)
    discovery = find(path)
    assert found(discovery) == [
        ("Ada Lovelace", SOFTMAX),
        ("Grace_Hopper", SOFTMAX),
        ("José Núñez", SOFTMAX),
        ("Kurt Gödel", SOFTMAX),
    ]
    assert helpers(discovery.submissions[0]) == ["aid.py"]
    assert sorted(problems(discovery)) == [("missing", "Emmy Noether"), ("unmatched", "Alan Turing")]


def test_moodle_two_people_of_one_name_are_told_apart(tree, find):
    folder = tree({f"Jo Smith_{n}_assignsubmission_file/softmax.py": "" for n in (7, 8)})
    assert found(find(folder)) == [("Jo Smith_7", SOFTMAX), ("Jo Smith_8", SOFTMAX)]


# Clones


def test_clones_are_named_by_what_follows_their_common_prefix(tree, find):
    discovery = find(
        tree(
            {
                "hw-1-alice/assignments/01_softmax/softmax.py": "",
                "hw-1-alice/.git/softmax.py": "",
                "hw-1-alice/reference/01_softmax/softmax.py": "",
                "hw-1-alice/tests/01_softmax/wheats/softmax.py": "",
                "hw-1-bob-b/assignments/01_softmax/softmax.py": "",
                "hw-1-carl/assignments/01_softmax/README.md": "",
            }
        )
    )
    assert found(discovery) == [("alice", SOFTMAX), ("bob-b", SOFTMAX)]
    assert problems(discovery) == [("missing", "carl")]


def test_one_clone_alone_keeps_its_name(tree, find):
    folder = tree({"hw-alice/assignments/01_softmax/softmax.py": ""})
    assert found(find(folder)) == [("hw-alice", SOFTMAX)]


def test_a_roster_cuts_clones_where_logins_begin(tree, find, tmp_path):
    files = {f"hw-anna-{x}/assignments/01_softmax/softmax.py": "" for x in "bk"}
    assert found(find(tree(files))) == [("b", SOFTMAX), ("k", SOFTMAX)]
    discovery = find(tree(files), roster=roster(tmp_path, "id\nanna-b\nanna-k\n"))
    assert found(discovery) == [("anna-b", SOFTMAX), ("anna-k", SOFTMAX)]


# Notebooks


def notebook(*cells: str) -> str:
    return json.dumps(
        {"cells": [{"cell_type": "code", "source": c} for c in cells], "nbformat": 4, "nbformat_minor": 5}
    )


STUB = "def nll(x):\n    raise NotImplementedError\n"
DONE = "def nll(x):\n    return x\n"


@pytest.mark.parametrize("given", ["", "submitted", "submitted/alice"])
def test_a_course_of_nbgrader(tree, find, given):
    """The whole course, its submitted/ folder, or one student's in it; nothing of source/ or autograded/."""
    discovery = find(
        tree(
            {
                "submitted/alice/01_softmax/softmax.ipynb": notebook(DONE),
                "submitted/alice/01_softmax/timestamp.txt": "2026-01-01 10:00:00 UTC",
                "submitted/alice/01_softmax/.ipynb_checkpoints/softmax-checkpoint.ipynb": notebook(STUB),
                "submitted/bob/01_softmax/softmax.ipynb": notebook(STUB),
                "submitted/bob/02_init/init.ipynb": notebook(STUB),
                "source/01_softmax/softmax.ipynb": notebook(DONE),
                "autograded/alice/01_softmax/softmax.ipynb": notebook(DONE),
                "nbgrader_config.py": "",
            }
        )
        / given
    )
    everyone = [("alice", SOFTMAX), ("bob", SOFTMAX), ("bob", "02_init")]
    assert found(discovery) == (everyone[:1] if "alice" in given else everyone)
    assert problems(discovery) == []


@pytest.mark.parametrize("config", [{"nbgrader_config.py": ""}, {}], ids=["configured", "by its folders"])
def test_a_course_of_nbgrader_into_which_nothing_was_collected(tree, find, config):
    files = {f"{step}/01_softmax/softmax.ipynb": notebook(DONE) for step in ("source", "release")}
    discovery = find(tree({**files, **config}))
    assert found(discovery) == []
    assert [p.kind for p in discovery.findings] == ["unmatched"]
    assert "nothing was collected yet" in discovery.findings[0].text


def test_a_notebook_of_another_name_is_taken_when_the_unit_is_said(tree, find):
    folder = tree({"bob/problem 1.ipynb": notebook(DONE), "bob/mine.py": "", "eve/notes.txt": ""})
    assert found(find(folder, only_unit=SOFTMAX)) == [("bob", SOFTMAX)]
    assert found(find(folder)) == []


@pytest.mark.parametrize(
    ("module", "cells", "graded"),
    [
        (DONE, STUB, "softmax.py"),
        (STUB, DONE, "softmax.ipynb"),
        (STUB, STUB, "softmax.py"),
        (DONE, DONE, "softmax.py"),
        (STUB, "def nll(x:", "softmax.ipynb"),
        (STUB + DONE.replace("nll", "accuracy"), DONE + STUB.replace("nll", "accuracy"), "softmax.py"),
    ],
    ids=["module", "notebook", "neither", "both", "a mistake is work, too", "some in each"],
)
def test_of_a_module_and_a_notebook_the_one_that_was_worked_on_is_graded(tree, find, module, cells, graded):
    discovery = find(tree({"softmax.py": module, "softmax.ipynb": notebook(cells)}, "alice"))
    assert [s.module.name for s in discovery.submissions] == [graded]
    assert problems(discovery) == [("beside", "alice")]
    assert ("notebook is graded" in discovery.findings[0].text) == (graded == "softmax.ipynb")


def test_notebooks_beside_modules_are_told_of_once(tree, find):
    discovery = find(tree({f"s{i}/softmax.{kind}": "" for i in range(9) for kind in ("py", "ipynb")}))
    assert len(discovery.submissions) == 9
    assert problems(discovery) == [("beside", None)]
    assert "8 more" in discovery.findings[0].text


@pytest.mark.parametrize("name", ["softmax.ipynb", "alice.ipynb"])
def test_a_lone_notebook(tree, find, name):
    discovery = find(tree({name: notebook(DONE)}, "alice") / name, only_unit=SOFTMAX)
    assert found(discovery) == [("alice", SOFTMAX)]


def test_a_notebook_that_can_not_be_read_is_told_of(tree, find):
    discovery = find(tree({"a/softmax.ipynb": notebook(DONE)[:-9], "b/softmax.ipynb": notebook(DONE)}))
    assert found(discovery) == [("b", SOFTMAX)]
    assert problems(discovery) == [("unreadable", "a")]
    assert "ends in the middle" in discovery.findings[0].text


# Zips


def test_students_zips(tree, find):
    discovery = find(
        tree(
            {
                "alice.zip": zipped({"softmax.py": "", "__MACOSX/._softmax.py": "x", "data.bin": "x" * 1000}),
                "bob/homework.zip": zipped({"homework/01_softmax/softmax.py": ""}),
                "carol/softmax.py": "",
                "carol/old.zip": zipped({"softmax.py": ""}),
                "dave.zip": zipped({"again.zip": zipped({"softmax.py": ""})}),
                "erin.zip": zipped({"readme.txt": ""}),
                "frank.rar": "",
            }
        )
    )
    assert found(discovery) == [("alice", SOFTMAX), ("bob", SOFTMAX), ("carol", SOFTMAX)]
    assert sorted(problems(discovery), key=str) == [
        ("missing", "erin"),
        ("unmatched", "carol"),
        ("unreadable", "dave"),
        ("unreadable", None),
    ]


def entry(name: str, *, mode: int = 0o100644, flags: int = 0) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    info.flag_bits |= flags
    return info


def zip_with(*infos: zipfile.ZipInfo) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("softmax.py", "x = 1")
        for info in infos:
            archive.writestr(info, b"/etc/passwd")
    return buffer.getvalue()


def encrypted() -> bytes:
    data = bytearray(zip_with())
    data[6] |= 1  # the flags in the file's own header and in the directory
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def bad_crc() -> bytes:
    return zip_with().replace(b"x = 1", b"y = 2")


def bad_utf8() -> bytes:
    return zip_with(entry("héllo.py")).replace("héllo".encode(), b"h\xc3\xffllo")


def lying_about_size() -> bytes:
    """Claims to be small: bytes have to be counted as they come."""
    data = bytearray(zipped({"softmax.py": "", "bomb.py": b"\0" * (archives.MAX_UNPACKED + 1)}))
    for magic, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.rindex(magic)
        struct.pack_into("<I", data, start + at, 1000)
    return bytes(data)


HOSTILE = {
    "slip": (lambda: zip_with(entry("../../evil.py")), "leads out"),
    "slip in the middle": (lambda: zip_with(entry("a/../../evil.py")), "leads out"),
    "backslashes": (lambda: zip_with(entry("..\\evil.py")), "leads out"),
    "absolute": (lambda: zip_with(entry("/tmp/evil.py")), "leads out"),
    "drive": (lambda: zip_with(entry("C:/evil.py")), "leads out"),
    "symlink": (lambda: zip_with(entry("link.py", mode=0o120777)), "symbolic link"),
    "pipe": (lambda: zip_with(entry("pipe.py", mode=0o010644)), "neither"),
    "encrypted": (encrypted, "encrypted"),
    "entries": (
        lambda: zipped({"softmax.py": "", **{f"{i}.py": "" for i in range(10_001)}}),
        "more than 10000",
    ),
    "bomb": (lambda: zipped({"softmax.py": "", "b.py": b"\0" * (archives.MAX_UNPACKED + 1)}), "200 MB"),
    "lying bomb": (lying_about_size, ""),
    "CRC": (bad_crc, "checksum"),
    "bad UTF-8": (bad_utf8, "a file name that can't be read"),
    "truncated": (lambda: zipped({"softmax.py": "x" * 1000})[:-40], "damaged"),
    "cut off": (lambda: zipped({"softmax.py": os.urandom(1000)})[:300], "damaged"),
    "empty": (lambda: b"", "damaged"),
    "text": (lambda: b"not a zip", "damaged"),
    "unknown compression": (lambda: zip_with().replace(b"\x14\0\0\0\0\0", b"\x14\0\0\0\x63\0"), "supported"),
    "file as folder": (lambda: zip_with(entry("softmax.py/more.py")), "can't be unpacked"),
    "long name": (lambda: zip_with(entry("n" * 300 + ".py")), "can't be unpacked"),
}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_zips_are_listed_and_hurt_nobody(tree, find, tmp_path, case):
    make, words = HOSTILE[case]
    data = make()
    folder = tree({"mallory.zip": data, "alice/softmax.py": ""})
    before = {p for p in tmp_path.rglob("*") if "work" not in p.parts}
    discovery = find(folder)
    assert found(discovery) == [("alice", SOFTMAX)]
    assert problems(discovery) == [("unreadable", "mallory")]
    assert words in discovery.findings[0].text
    assert {p for p in tmp_path.rglob("*") if "work" not in p.parts} == before
    assert not [p for p in (tmp_path / "work").rglob("*") if p.is_file()]
    alone = find(folder / "mallory.zip")
    assert alone.submissions == ()
    assert [p.kind for p in alone.findings] == ["unreadable"]


def test_two_entries_of_one_name_are_refused(tree, find):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, pytest.warns(UserWarning):
        archive.writestr("softmax.py", "1")
        archive.writestr("softmax.py", "2")
    discovery = find(tree({"mallory.zip": buffer.getvalue()}) / "mallory.zip")
    assert [p.kind for p in discovery.findings] == ["unreadable"]


def test_utf8_names_that_do_not_say_so_are_read(tree, find):
    data = bytearray(zip_with(entry("aid_xx.py")).replace(b"aid_xx", b"aid_\xc3\xa9"))
    discovery = find(tree({"alice.zip": bytes(data)}) / "alice.zip")
    assert helpers(discovery.submissions[0]) == ["aid_é.py"]


@pytest.mark.parametrize(
    ("name", "page"), [("Jörg Übung", "cp850"), ("Übung", "cp1252"), ("作业一", "gbk"), ("Ángel", "cp850")]
)
def test_names_in_code_pages_of_windows_are_read(tree, find, name, page):
    stored = name.encode(page)
    data = zip_with(entry(f"{'_' * len(stored)}/init.py")).replace(b"_" * len(stored), stored)
    data = data.replace(b"softmax.py", b"aid_too.py")
    discovery = find(tree({f"{page}.zip": data}) / f"{page}.zip")
    assert [s.student for s in discovery.submissions] == [name], discovery.findings


UNWANTED = {
    "a bomb": {"data.bin": b"\0" * (archives.MAX_UNPACKED + 1)},
    "many": {f"d/{i}.png": b"" for i in range(10_001)},
    "a path that leads out": {"../../scan.jpg": b"", "C:/scan.jpg": b"", "/scan.jpg": b""},
    "a name that no file can have": {"n" * 300 + ".txt": b"", "a/b.txt": b"", "a": b""},
}


@pytest.mark.parametrize("case", UNWANTED)
def test_files_that_nobody_wants_do_not_matter(tree, find, tmp_path, case):
    folder = tree({"alice.zip": zipped({"softmax.py": "", **UNWANTED[case]})})
    for path in (folder, folder / "alice.zip"):
        discovery = find(path)
        assert found(discovery) == [("alice", SOFTMAX)] and discovery.findings == ()
    assert sum(p.stat().st_size for p in (tmp_path / "work").rglob("*") if p.is_file()) == 0


@pytest.mark.parametrize("wrapper", ["", "class/"])
def test_limits_and_faults_in_a_zip_of_a_class_are_one_students(tree, find, wrapper, monkeypatch):
    monkeypatch.setattr(archives, "MAX_UNPACKED", 1000)
    monkeypatch.setattr(archives, "MAX_ENTRIES", 3)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for student in ("alice", "bob", "carol", "dave"):
            archive.writestr(f"{wrapper}{student}/softmax.py", f"# {student}\n" * 50)
        archive.writestr(f"{wrapper}bob/more.py", "x" * 1000)
        archive.writestr(entry(f"{wrapper}carol/link.py", mode=0o120777), b"/etc/passwd")
        for i in range(3):
            archive.writestr(f"{wrapper}dave/{i}.py", "")
    discovery = find(tree({"class.zip": buffer.getvalue()}) / "class.zip")
    assert found(discovery) == [("alice", SOFTMAX)]
    said = {f.student: f.text for f in discovery.findings}
    assert set(said) == {"bob", "carol", "dave"}
    assert f"class.zip/{wrapper}bob is not graded: it unpacks to more than" in said["bob"]
    assert "symbolic link" in said["carol"] and "more than 3" in said["dave"]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_damage_to_a_zip_raises(data, tmp_path_factory):
    whole = bytearray(zipped({"softmax.py": "x = 1\n" * 50, "a/aid.py": "y = 2"}))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "alice.zip").write_bytes(whole)
    discovery = discover(folder / "alice.zip", UNITS, workdir=folder / "work")
    assert len(discovery.submissions) + len(discovery.findings) > 0


# Links and other things that are no files

no_links = pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")


@no_links
def test_links_that_lead_out_are_not_followed(tree, find, tmp_path):
    folder = tree({"alice/softmax.py": "", "alice/lib/own.py": "", "bob/softmax.py": "", "dan/init.py": ""})
    outside = tree({"secret.py": "", "pack/x.py": ""}, "outside")
    (folder / "alice/secret.py").symlink_to(outside / "secret.py")
    (folder / "alice/pack").symlink_to(outside / "pack")
    (folder / "alice/inside.py").symlink_to("lib/own.py")
    (folder / "alice/broken.py").symlink_to("nowhere.py")
    (folder / "carol").symlink_to(folder / "bob")
    (folder / "dan/softmax.py").symlink_to("../bob/softmax.py")
    (folder / "loop").mkdir()
    (folder / "loop/softmax.py").symlink_to("softmax.py")
    discovery = find(folder)
    assert found(discovery) == [("alice", SOFTMAX), ("bob", SOFTMAX), ("dan", "02_init")]
    assert sorted(helpers(discovery.submissions[0])) == ["inside.py", "lib/own.py"]
    assert sorted(problems(discovery), key=str) == [
        ("unreadable", "alice"),
        ("unreadable", "alice"),
        ("unreadable", "alice"),
        ("unreadable", "dan"),
        ("unreadable", "loop"),
        ("unreadable", None),
    ]


@no_links
def test_a_flat_file_that_is_a_link_is_not_followed(tree, find):
    folder = tree({"alice.py": ""})
    (folder / "bob.py").symlink_to("alice.py")
    discovery = find(folder, only_unit=SOFTMAX)
    assert found(discovery) == [("alice", SOFTMAX)]
    assert problems(discovery) == [("unreadable", None)]


@no_links
@pytest.mark.parametrize("name", ["softmax.py", "aid.py"])
def test_a_pipe_keeps_nobody_waiting(tree, find, name):
    folder = tree({"alice/softmax.py": "", "bob/softmax.py": ""})
    (folder / "alice" / name).unlink(missing_ok=True)
    os.mkfifo(folder / "alice" / name)
    discovery = find(folder)
    assert found(discovery) == [("bob", SOFTMAX)]
    assert problems(discovery) == [("unreadable", "alice")]


@no_links
def test_names_that_are_no_text_are_listed(tree, find):
    folder = tree({"alice/softmax.py": ""})
    for name in (b"b\xffb", b"ca\nrol", b"d\x1b[31m"):
        try:
            (folder / os.fsdecode(name)).mkdir()
        except OSError:
            pytest.skip("this file system takes no such names")
        (folder / os.fsdecode(name) / "softmax.py").touch()
    discovery = find(folder)
    assert found(discovery) == [("alice", SOFTMAX)]
    assert problems(discovery) == [("unmatched", None)] * 3
    for problem in discovery.findings:
        problem.text.encode()
        assert problem.text.isprintable()


# --match


def test_match_names_students_units_and_late_ones(tree, find):
    discovery = find(
        tree(
            {
                "by/alice/one/final.py": "",
                "by/alice/late/init/final.py": "",
                "by/bob/softmax/final.py": "",
                "by/carl/nine/final.py": "",
                "readme.md": "",
                "stray.py": "",
            }
        ),
        match=match_pattern(r"^by/(?P<student>\w+)/(?P<late>late/)?(?P<unit>\w+)/"),
    )
    assert found(discovery) == [("alice", "02_init"), ("bob", SOFTMAX)]
    assert [s.late for s in discovery.submissions] == [True, False]
    assert sorted(problems(discovery), key=str) == [
        ("late", "alice"),
        ("unmatched", "alice"),
        ("unmatched", "carl"),
        ("unmatched", None),
    ]


def test_match_reads_the_unit_from_the_files_name(tree, find):
    discovery = find(
        tree({"section A/alice_softmax.py": "", "section A/bob-init.py": "", "section A/carl_other.py": ""}),
        match=match_pattern(r"(?P<student>[a-z]+)[_-]\w+\.py$"),
    )
    assert found(discovery) == [("alice", SOFTMAX), ("bob", "02_init")]
    assert all(len(s.files) == 1 for s in discovery.submissions)
    assert problems(discovery) == [("unmatched", "carl")]


def test_match_takes_what_lies_beside_a_module_for_its_helpers(tree, find):
    files = {
        "alice/hw/softmax.py": "",
        "alice/hw/aid.py": "",
        "bob/hw/softmax.py": "",
        "carl/w.zip": zipped({"softmax.py": ""}),
    }
    discovery = find(tree(files), match=match_pattern(r"^(?P<student>[^/]+)/"), only_unit=SOFTMAX)
    assert found(discovery) == [("alice", SOFTMAX), ("bob", SOFTMAX), ("carl", SOFTMAX)]
    assert helpers(discovery.submissions[0]) == ["aid.py"]
    assert discovery.findings == ()


@pytest.mark.parametrize(
    "pattern, words",
    [
        (r"(", "not a valid regular expression"),
        (r"(?P<who>.*)", "student"),
        (r"(?P<student>.)(?P<x>.)", "unknown groups"),
    ],
)
def test_a_match_that_can_not_be_used_is_refused_in_words(tree, find, pattern, words):
    with pytest.raises(ValueError, match=words):
        find(tree({}), match=match_pattern(pattern) if pattern == "(" else re.compile(pattern))


# Rosters


def roster(tmp_path: Path, text: str | bytes) -> Roster:
    file = tmp_path / "roster.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Roster.read(file)


@pytest.mark.parametrize(
    "data",
    [
        "id,name,email\n007,Zoë Bond,zb@x.org\n",
        "\ufeffid,name,email\r\n007,Zoë Bond,zb@x.org\r\n",
        "Student_ID;Name;Email\n007;Zoë Bond;zb@x.org\n",
        '"id"\t"name"\t"email"\n\n007\tZoë Bond\tzb@x.org\n',
        "id,name,email\n007,Zoë Bond,zb@x.org\n".encode("latin-1"),
        "id,name,email\n007,Zoë Bond,zb@x.org\n".encode("utf-16"),
        "email,name,id\nzb@x.org,Zoë Bond,007\n",
    ],
)
def test_rosters_are_read_however_they_were_saved(tmp_path, data):
    (student,) = roster(tmp_path, data)
    assert (student.id, student.name, student.email) == ("007", "Zoë Bond", "zb@x.org")


def test_a_canvas_gradebook_is_a_roster(tmp_path):
    table = roster(
        tmp_path,
        "Student,ID,SIS User ID,SIS Login ID,Section,Softmax (77)\n"
        "    Points Possible,,,,,10\n"
        '"Lovelace, Ada",4242,0017,adal,A,\n',
    )
    (ada,) = table
    assert (ada.id, ada.name, ada.section) == ("adal", "Lovelace, Ada", "A")
    for label in ("adal", "0017", "Ada Lovelace", "lovelaceada", "Lovelace,Ada"):
        assert table.find(label) == "adal"
    assert table.find("4242") is None
    assert table.find_canvas("4242") == "adal"


@pytest.mark.parametrize(
    "label",
    [
        "0815",
        "jdv@x.org",
        "JDV@X.ORG",
        "jd",
        "Jean-D",
        "José de la Vega",
        "JOSÉ  DE LA VEGA",
        "de la Vega, José",
        "Vega,José de la",
        "delavegajosé",
        "delavegajose",
    ],
)
def test_one_student_is_found_by_many_names(tmp_path, label):
    table = roster(tmp_path, 'id;name;email;aliases\n0815;José de la Vega;jdv@x.org;"jd; jean-d"\n1;Al;;\n')
    assert table.find(label) == "0815"
    assert table.find(unicodedata.normalize("NFD", label)) == "0815"


def test_a_name_that_fits_two_students_fits_none(tmp_path):
    table = roster(tmp_path, "id,name\n1,Jo Smith\n2,Jo Smith\n3,Li Wei\n")
    assert table.find("Jo Smith") is None
    assert table.find("smithjo") is None
    assert table.find("weili") == "3"
    assert table.find("") is None


@pytest.mark.parametrize(
    "text, words",
    [
        ("id,name\n1,A\n2,B\n1,C\n", "line 4.*line 2"),
        ("id\nann\nAnn\n", "line 3.*line 2"),
        ("name,email\nA,b\n", "line 1.*no column id"),
        ("id,name\n,A\n", "line 2.*empty"),
        ("id,name,email\n1,Smith, Jo,j@x.org\n", "line 2.*quotes"),
        ('id,name\n1,"A\n', "line 2"),
        ("", "empty"),
    ],
)
def test_what_is_wrong_with_a_roster_is_told_with_its_line(tmp_path, text, words):
    with pytest.raises(RosterError, match=words):
        roster(tmp_path, text)


def test_with_a_roster_strangers_are_not_graded_and_the_missing_are_listed(tree, find, tmp_path):
    table = roster(tmp_path, "id,name\na1,Ada Lovelace\nb2,Grace Hopper\nc3,Alan Turing\nd4,Emmy Noether\n")
    files: dict[str, str | bytes] = {
        "Ada Lovelace_1_assignsubmission_file/softmax.py": "",
        "Grace Hopper_2_assignsubmission_file/softmax.ipynb": "",
        "Eve_3_assignsubmission_file/softmax.py": "",
        "Emmy Noether_4_assignsubmission_file/softmax.py": "1",
        "Emmy Noether_4_assignsubmission_file/01_softmax/softmax.py": "2",
    }
    discovery = find(tree(files), roster=table)
    assert found(discovery) == [("a1", SOFTMAX)]
    assert sorted(problems(discovery)) == [
        ("duplicate", "d4"),
        ("duplicate", "d4"),
        ("missing", "c3"),
        ("not_in_roster", "Eve"),
        ("unreadable", "b2"),
    ]


def test_canvas_numbers_tell_people_of_one_name_apart(tree, find, tmp_path):
    table = roster(
        tmp_path,
        'Student,ID,SIS Login ID\n"Smith, Jo",7,jo1\n"Smith, Jo",8,jo2\n',
    )
    folder = tree({"smithjo_7_1_softmax.py": "", "smithjo_8_2_softmax.py": "", "smithjo_9_3_softmax.py": ""})
    discovery = find(folder, roster=table)
    assert found(discovery) == [("jo1", SOFTMAX), ("jo2", SOFTMAX)]
    assert problems(discovery) == [("not_in_roster", "smithjo")]


def test_two_labels_of_one_student_are_duplicates(tree, find, tmp_path):
    table = roster(tmp_path, "id,name\nada,Ada Lovelace\n")
    discovery = find(tree({"ada/softmax.py": "", "Ada Lovelace/softmax.py": ""}), roster=table)
    assert problems(discovery) == [("duplicate", "ada")] * 2


def test_one_students_path_makes_no_others_missing(tree, find, tmp_path):
    table = roster(tmp_path, "id\nalice\nbob\n")
    folder = tree({"softmax.py": ""}, "alice")
    for path in (folder, folder / "softmax.py"):
        assert find(path, roster=table).findings == ()


# What can't be asked


def test_impossible_questions_are_value_errors(tree, find, tmp_path):
    with pytest.raises(ValueError, match="no unit '9_x'"):
        find(tree({}), only_unit="9_x")
    with pytest.raises(ValueError, match="nothing at"):
        find(tmp_path / "nowhere")


def test_an_empty_folder_holds_nothing(tree, find):
    assert find(tree({})) == Discovery((), ())


# Staging


def submission(folder: Path, *names: str, **options) -> Submission:
    files = tuple(folder / n for n in names)
    return Submission("alice", SOFTMAX, files[0], files, **options)


def test_staging_gives_canonical_names(tree, tmp_path):
    folder = tree(
        {"Softmax-1.py": "new", "softmax.py": "old", "aid.py": "aid", "p/q.py": "q", "conftest.py": ""}
    )
    names = ("Softmax-1.py", "softmax.py", "aid.py", "p/q.py", "conftest.py")
    module = stage(submission(folder, *names), "softmax", tmp_path / "staged").path
    assert module == tmp_path / "staged/softmax.py"
    assert module.read_text() == "new"
    staged = {p.relative_to(tmp_path / "staged").as_posix() for p in module.parent.rglob("*.py")}
    assert staged == {"softmax.py", "aid.py", "p/q.py"}


@no_links
def test_staging_follows_no_link_out(tree, tmp_path):
    folder = tree({"alice/u/softmax.py": "", "alice/common.py": "c", "bob.py": "b"})
    (folder / "alice/u/common.py").symlink_to("../common.py")
    (folder / "alice/u/bob.py").symlink_to("../../bob.py")
    names = ("softmax.py", "common.py", "bob.py")
    with pytest.warns(UserWarning, match=r"bob\.py is a link"):
        stage(submission(folder / "alice/u", *names, root=folder / "alice"), "softmax", tmp_path / "staged")
    assert sorted(p.name for p in (tmp_path / "staged").iterdir()) == ["common.py", "softmax.py"]
    assert (tmp_path / "staged/common.py").read_text() == "c"
    assert not (tmp_path / "staged/common.py").is_symlink()
    with pytest.raises(SubmissionError, match="leads out"):
        stage(submission(folder / "alice/u", "bob.py"), "softmax", tmp_path / "again")


def test_submissions_above_ten_megabytes_are_refused(tree, find, tmp_path):
    folder = tree({"softmax.py": "", "a.py": "#" * 6_000_000, "b.py": "#" * 6_000_000}, "alice")
    with pytest.raises(SubmissionError, match="more than 10 MB"):
        stage(submission(folder, "softmax.py", "a.py", "b.py"), "softmax", tmp_path / "staged")
    assert problems(find(folder)) == [("unreadable", "alice")]


def test_the_digest_is_of_what_is_graded(tree):
    folder = tree({"softmax.py": "m", "other.py": "m", "a.py": "1", "b.py": "2", "c/a.py": "1"})
    digest = submission(folder, "softmax.py", "a.py", "b.py").sha256()
    assert digest == submission(folder, "softmax.py", "b.py", "a.py").sha256()
    assert digest == submission(folder, "other.py", "a.py", "b.py").sha256()
    assert digest != submission(folder, "softmax.py", "a.py").sha256()
    assert digest != submission(folder, "softmax.py", "c/a.py", "b.py").sha256()
    (folder / "b.py").write_text("3")
    assert digest != submission(folder, "softmax.py", "a.py", "b.py").sha256()


# Names of folders


@pytest.mark.parametrize(
    "student, name",
    [
        ("alice", "alice"),
        ("Ada Lovelace", "Ada%20Lovelace"),
        ("Łukasz-Żółć", "Łukasz-Żółć"),
        ("हिन्दी", "हिन्दी"),
        ("李明", "李明"),
        ("e\u0301", "e%CC%81"),
        ("..", "%2E%2E"),
        (".git", "%2Egit"),
        ("a.", "a%2E"),
        ("a/b\\c", "a%2Fb%5Cc"),
        ("100%", "100%25"),
        ("CON", "%43ON"),
        ("con.txt", "%63on.txt"),
        ("lpt1", "%6Cpt1"),
        ("a\nb\x00", "a%0Ab%00"),
        ("\u202eevil", "%E2%80%AEevil"),
        ("", "%"),
    ],
)
def test_safe_names(student, name):
    assert safe_name(student) == name


TRICKY = st.text(
    st.sampled_from("aAé\u0301.%-_/\\ ~2E0\ud800\u3164李COMN1²\ufe0f") | st.characters(), max_size=12
)


@given(st.lists(TRICKY | TRICKY.map(lambda s: s * 40), unique=True, max_size=8))
def test_safe_names_are_safe_and_differ(students):
    names = [safe_name(s) for s in students]
    assert len(set(names)) == len(students)
    assert len({unicodedata.normalize("NFC", n) for n in names}) == len(students)
    for name in names:
        assert 0 < len(name.encode()) <= 120
        assert name.isprintable() and not set(name) & set('/\\:*?"<>|')
        assert not name.startswith(".") and not name.endswith((".", " "))
        assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", name)


def test_finding_needs_no_torch():
    code = "import sys, grader.intake.discovery.discover as d; assert d and 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
