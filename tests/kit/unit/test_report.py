"""The pages of a graded class, read as a browser would: what they say, and what they must never say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from grader.outputs.report import ReportError, RunState, mark_stopped, pages, write_report

pytest.importorskip("jinja2")

EVIL = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'&"
UNSEEN = "logsumexp(torch.tensor([[12345.0]]))"


class Page(HTMLParser):
    """The elements, their attributes, and the text of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.source = path.read_text(encoding="utf-8")
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.pieces: list[str] = []
        self.rows: list[list[str]] = []
        self.inside: list[str] = []
        self.feed(self.source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.inside.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        while self.inside.pop() != tag:  # meta and br have no end
            pass

    def handle_data(self, data: str) -> None:
        if "style" in self.inside:
            return
        self.pieces.append(data)
        if {"td", "th"} & set(self.inside):
            self.rows[-1][-1] += data

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())

    def row(self, head: str) -> list[str]:
        """The cells of the first table row that begins with `head`."""
        rows = [[" ".join(c.split()) for c in row] for row in self.rows]
        return next(r for r in rows if r and r[0].startswith(head))

    def links(self) -> list[str]:
        return [a["href"] or "" for tag, a in self.elements if tag == "a"]


def a_test(name: str = "test_sum", outcome: str = "pass", **other: Any) -> dict[str, Any]:
    points = other.get("points", 2)
    test = {
        "id": f"test_softmax.py::{name}",
        "title": f"the title of {name}",
        "of": "logsumexp",
        "band": "core",
        "hidden": False,
        "deepens": None,
        "points": points,
        "earned": points if outcome == "pass" else 0,
        "outcome": outcome,
        "message": "",
        "counterexample": "",
        "where": "",
        "hint": "",
        "replay": None,
        "seconds": 0.01,
    }
    return test | other


def hidden(name: str, deepens: str, outcome: str = "fail", **other: Any) -> dict[str, Any]:
    return a_test(name, outcome, hidden=True, deepens=deepens, points=0, **other)


def record(
    out: Path,
    student: str,
    tests: list[dict[str, Any]],
    unit: str = "01_softmax",
    folder: str = "",
    **other: Any,
) -> None:
    """Write a record, whose score is that of its tests, to out/records/`folder` or `student`."""
    by_band = {b: [t for t in tests if t["band"] == b] for b in ("core", "robust", "stretch")}
    score = {
        b: {"earned": sum(t["earned"] for t in ts), "possible": sum(t["points"] for t in ts)}
        for b, ts in by_band.items()
    }
    whole = {
        "schema": 1,
        "student": student,
        "unit": unit,
        "submission": {"files": ["softmax.py"], "sha256": "0" * 64},
        "suite_sha256": "1" * 64,
        "seed_id": "abc123def456",
        "versions": {"python": "3.11.9", "torch": "2.13.0"},
        "tier": "T1",
        "device": "cpu",
        "started": "2026-03-01T10:00:00+00:00",
        "seconds": 1.5,
        "status": "graded",
        "score": score,
        "tests": tests,
        "diagnosis": [],
        "order": ["logsumexp", "log_softmax", "nll"],
    } | other
    path = out / "records" / (folder or student) / f"{unit}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(whole), encoding="utf-8")


def summary(folder: Path, *problems: dict[str, Any], **other: Any) -> None:
    text = json.dumps({"title": "Spring class", "seconds": 12.5, "tier": "T1", "problems": problems} | other)
    (folder / "summary.json").write_text(text, encoding="utf-8")


def index(folder: Path) -> Page:
    return Page(write_report(folder))


def student_page(folder: Path, name: str) -> Page:
    write_report(folder)
    return Page(folder / "report" / "students" / f"{name}.html")


# Where there is nothing to report


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ReportError, match=r"no folder .*nowhere"):
        write_report(tmp_path / "nowhere")


def test_a_folder_without_records_says_what_writes_them(tmp_path):
    with pytest.raises(ReportError, match=r"no records in .*grader grade"):
        write_report(tmp_path)
    assert not (tmp_path / "report").exists()


def test_without_jinja2_the_error_names_the_extra(tmp_path, monkeypatch):
    record(tmp_path, "ada", [a_test()])
    monkeypatch.setitem(sys.modules, "jinja2", None)
    pages._environment.cache_clear()
    with pytest.raises(ReportError, match=r'pip install "grader\[instructor\]"'):
        write_report(tmp_path)


def test_neither_torch_nor_jinja2_is_imported_with_the_room():
    code = "import sys, grader.outputs.report; print({'torch', 'jinja2'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


# Untrusted content


def test_html_in_a_record_is_text(tmp_path):
    failing = a_test(
        "test_evil", "fail", title=EVIL, of=EVIL, message=EVIL, counterexample=EVIL, where=EVIL, hint=EVIL
    )
    diagnosis = [{"misconception": EVIL, "advice": EVIL, "likeness": 1.0}]
    evil_file = {"files": [EVIL], "sha256": "0"}
    others: dict[str, Any] = {
        "tier": EVIL,
        "seed_id": EVIL,
        "versions": {EVIL: EVIL},
        "started": EVIL,
        "order": [EVIL],
    }
    record(tmp_path, EVIL, [failing], folder="evil", diagnosis=diagnosis, submission=evil_file, **others)
    record(tmp_path, "eve", [a_test()], status="not_run", fault=EVIL)
    summary(tmp_path, {"kind": EVIL, "student": EVIL, "path": EVIL, "text": EVIL}, title=EVIL)
    for page in (index(tmp_path), student_page(tmp_path, "evil"), student_page(tmp_path, "eve")):
        assert {tag for tag, _ in page.elements} & {"script", "img", "iframe", "link", "object"} == set()
        assert not [a for _, attrs in page.elements for a in attrs if a.startswith("on")]
        assert "alert('x')" in page.text


def test_pages_forbid_scripts_and_load_nothing(tmp_path):
    record(tmp_path, "ada", [a_test()])
    for page in (index(tmp_path), student_page(tmp_path, "ada")):
        policy = [
            a["content"] for tag, a in page.elements if a.get("http-equiv") == "Content-Security-Policy"
        ]
        assert policy and "default-src 'none'" in str(policy[0]) and "script" not in str(policy[0])
        assert not [a for _, attrs in page.elements for a in attrs if a == "src"]
        assert "http://" not in page.source and "https://" not in page.source and "url(" not in page.source


@pytest.mark.parametrize(
    ("bad", "what"),
    [("a\x00b", "nul"), ("a\x1b[31mb", "escape"), ("a\u202eb", "override")],
)
def test_characters_that_do_not_show_are_spelled_out(tmp_path, bad, what):
    record(tmp_path, "ada", [a_test("test_odd", "fail", message=bad)])
    page = student_page(tmp_path, "ada")
    assert ascii(bad)[1:-1] in page.source and bad not in page.source, what


def test_half_of_a_surrogate_pair_is_spelled_out(tmp_path):
    record(tmp_path, "ada", [a_test("test_odd", "fail", message="a\ud800b")])
    assert r"a\ud800b" in student_page(tmp_path, "ada").source


def test_names_of_all_scripts_and_links_to_them(tmp_path):
    folders = {
        "Zoë Łukasz 李": "Zoë%20Łukasz%20李",
        "محمد": "محمد",
        "50% #1?": "50%25%20%231%3F",
        "ada": "ada",
    }
    for name, folder in folders.items():
        record(tmp_path, name, [a_test()], folder=folder)
    page = index(tmp_path)
    for name in folders:
        assert page.row(name)
    for link in page.links():
        if not link.startswith("#"):
            assert (tmp_path / "report" / unquote(link)).is_file(), link
    assert sum(not link.startswith("#") for link in page.links()) == len(folders)


def test_a_message_keeps_its_lines(tmp_path):
    record(tmp_path, "ada", [a_test("test_x", "fail", message="first\n  second < third")])
    assert "<pre>first\n  second &lt; third</pre>" in student_page(tmp_path, "ada").source


# Numbers


def test_points_are_those_of_the_records(tmp_path):
    tests = [
        a_test("test_a", points=5),
        a_test("test_b", "fail", points=3),
        a_test("test_c", points=7, band="robust"),
        a_test("test_d", points=11, band="stretch"),
        a_test("test_e", "fail", points=13, band="stretch"),
    ]
    record(tmp_path, "ada", tests)
    record(tmp_path, "ada", [a_test(points=17)], unit="02_init")
    ada = index(tmp_path).row("ada")
    assert [c.partition(" late")[0] for c in ada] == [
        "ada",
        "12 of 15 + 11 bonus",
        "17 of 17",
        "29 of 32 + 11 bonus",
    ]
    page = student_page(tmp_path, "ada")
    assert page.row("01_softmax") == ["01_softmax", "12 of 15", "5 of 8", "7 of 7", "11 of 24"]
    assert page.row("02_init") == ["02_init", "17 of 17", "17 of 17", "0 of 0", "0 of 0"]
    assert page.row("Together") == ["Together", "29 of 32", "", "", "11 of 24"]


@pytest.mark.parametrize(("earned", "width"), [(0, 0), (1, 1), (500, 50), (999, 99), (1000, 100)])
def test_a_bar_is_full_only_for_full_marks_and_empty_only_for_none(tmp_path, earned, width):
    record(tmp_path, "ada", [a_test(points=1000, earned=earned)])
    bars = [a["style"] for tag, a in index(tmp_path).elements if tag == "i" and a.get("class") == "right"]
    assert bars[0] == f"width:{width}%"


def test_students_are_ordered_by_name_whatever_the_case_and_accents(tmp_path):
    for name in ("zoe", "Émile", "Zoë B", "emil", "Ada"):
        record(tmp_path, name, [a_test()])
    first_cells = ["".join(r[0].split("\n")).strip() for r in index(tmp_path).rows if r]
    assert first_cells[1:6] == ["Ada", "emil", "Émile", "zoe", "Zoë B"]


def test_what_the_class_found_hard(tmp_path):
    """Shares of those judged, hardest first; not written yet is counted apart, skipped not at all."""
    outcomes = {
        "ada": ("fail", "fail", "pass", "not_implemented"),
        "bob": ("timeout", "pass", "pass", "not_implemented"),
        "cid": ("error", "skipped", "pass", "fail"),
        "dan": ("pass", "skipped", "pass", "pass"),
    }
    for name, ends in outcomes.items():
        record(tmp_path, name, [a_test(f"test_{i}", end) for i, end in enumerate(ends)])
    page = index(tmp_path)
    titles = [r[0].strip() for r in page.rows if r and r[0].strip().startswith("the title of")]
    assert titles == ["the title of test_0", "the title of test_1", "the title of test_3"]
    assert page.row("the title of test_0")[1:] == ["logsumexp", "75 % (3 of 4)", "0"]
    assert page.row("the title of test_1")[1:] == ["logsumexp", "50 % (1 of 2)", "0"]
    assert page.row("the title of test_3")[1:] == ["logsumexp", "25 % (1 of 4)", "2"]


def test_only_the_twelve_hardest_are_listed(tmp_path):
    record(tmp_path, "ada", [a_test(f"test_{i:02}", "fail") for i in range(20)])
    assert sum(r[0].strip().startswith("the title of") for r in index(tmp_path).rows if r) == 12


def test_functions_in_the_order_in_which_to_write_them(tmp_path):
    ends = {"ada": "pass", "bob": "fail", "cid": "pass"}
    for name, end in ends.items():
        tests = [a_test("test_n", of="nll"), a_test("test_l", end), a_test("test_m")]
        record(tmp_path, name, tests)
    page = index(tmp_path)
    heads = [r[0].strip() for r in page.rows if r]
    assert heads.index("logsumexp") < heads.index("nll")
    assert page.row("logsumexp")[1] == "67 % (2 of 3)"
    assert page.row("nll")[1] == "100 % (3 of 3)"


def test_outcomes_are_counted_in_tests_and_students(tmp_path):
    record(
        tmp_path,
        "ada",
        [a_test("test_a", "timeout"), a_test("test_b", "timeout"), a_test("test_c", "crashed")],
    )
    record(tmp_path, "bob", [a_test("test_a", "timeout"), a_test("test_b", "forbidden")])
    page = index(tmp_path)
    assert page.row("ran out of time")[1:] == ["timeout", "3", "2"]
    assert page.row("ended the process")[1:] == ["crashed", "1", "1"]
    assert page.row("called what the unit asks to write")[1:] == ["forbidden", "1", "1"]


def test_misconceptions_are_counted_in_students(tmp_path):
    named = [{"misconception": "the sign is lost", "advice": "look at minus", "likeness": 0.9}]
    for name in ("ada", "bob"):
        record(tmp_path, name, [a_test("test_a", "fail")], diagnosis=named)
    assert index(tmp_path).row("the sign is lost") == ["the sign is lost", "look at minus", "2"]
    assert "the sign is lost" in student_page(tmp_path, "ada").text


# Not graded, not readable, not alike


def test_not_run_is_shown_loudly_and_never_as_a_number(tmp_path):
    record(
        tmp_path,
        "ada",
        [a_test("test_a", "not_run", message="the disk was full"), a_test("test_b")],
        status="not_run",
    )
    record(tmp_path, "bob", [], unit="01_softmax", status="not_run", fault="the judge's process died")
    record(tmp_path, "cid", [a_test()])
    page = index(tmp_path)
    assert "2 submissions not graded: fault of the machine or the kit" in page.text
    assert "the disk was full" in page.text and "the judge's process died" in page.text
    for name in ("ada", "bob"):
        assert page.row(name)[1] == "not gradedfault of the machine or the kit"
        own = student_page(tmp_path, name)
        assert own.row("01_softmax")[1:] == ["not graded: fault of the machine or the kit"]
        assert "0 of" not in own.text
    assert "full marks for 1 of 1" in page.text
    assert page.row("passed")[2:] == ["1", "1"]  # bob's and ada's tests are in no count


def test_one_fault_of_many_is_told_once_and_its_stack_only_to_the_instructor(tmp_path):
    fault = "Traceback (most recent call last):\n  File /kit/judge.py\nOSError: no space left"
    for i in range(30):
        record(tmp_path, f"s{i:02}", [], status="not_run", fault=fault)
    page = index(tmp_path)
    assert page.text.count("/kit/judge.py") == 1
    assert "30 submissions not graded" in page.text and "s29 (01_softmax)" in page.text
    assert "/kit/judge.py" not in student_page(tmp_path, "s00").source


def test_a_sum_says_over_how_many_units_it_is(tmp_path):
    record(tmp_path, "ada", [a_test(points=4)])
    record(tmp_path, "ada", [], unit="02_init", status="not_run", fault="no disk")
    record(tmp_path, "bob", [a_test(points=9)], unit="02_init")
    page = index(tmp_path)
    assert page.row("ada")[3] == "4 of 4in 1 of 2 units"
    assert page.row("bob")[1:] == ["no record", "9 of 9", "9 of 9in 1 of 2 units"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": 2}', '{"schema": 1}', "\x00", "null"])
def test_a_record_that_cannot_be_read_is_a_problem_and_no_zero(tmp_path, text):
    record(tmp_path, "ada", [a_test()])
    (tmp_path / "records" / "bob").mkdir()
    (tmp_path / "records" / "bob" / "01_softmax.json").write_text(text)
    page = index(tmp_path)
    assert "records/bob/01_softmax.json" in page.text
    assert page.row("bob")[1] == "record not readable"
    assert "not graded yet" in student_page(tmp_path, "bob").text


def test_records_of_different_gradings_are_said_not_to_be_comparable(tmp_path):
    record(tmp_path, "ada", [a_test()])
    assert "Not all were graded alike" not in index(tmp_path).text
    record(tmp_path, "bob", [a_test()], suite_sha256="2" * 64)
    assert "Not all were graded alike" in index(tmp_path).text


def test_the_head_says_when_and_under_what(tmp_path):
    record(tmp_path, "ada", [a_test()])
    summary(tmp_path)
    text = index(tmp_path).text
    assert "Spring class" in text
    for piece in ("2026-03-01", "T1", "abc123def456", "torch 2.13.0", "12.5 s"):
        assert piece in text


def test_problems_are_listed_with_what_to_do(tmp_path):
    record(tmp_path, "ada", [a_test()])
    summary(
        tmp_path,
        {"kind": "unmatched", "student": None, "path": "in/x.py", "text": "no student is named"},
        {"kind": "late", "student": "ada", "path": "", "text": "3 hours late"},
        {"kind": "something_new", "student": "bob", "path": "", "text": "odd"},
    )
    text = index(tmp_path).text
    for piece in ("in/x.py", "--match or --roster", "3 hours late", "Something new", "odd"):
        assert piece in text


@pytest.mark.parametrize("text", ["{", "[1]", '{"problems": [1]}'])
def test_a_broken_summary_is_a_problem(tmp_path, text):
    record(tmp_path, "ada", [a_test()])
    (tmp_path / "summary.json").write_text(text)
    assert "A summary that cannot be read" in index(tmp_path).text


# A student's page


def test_a_failing_test_is_a_short_story(tmp_path):
    failing = a_test(
        "test_shift[5]",
        "timeout",
        title="logsumexp(x + c) = logsumexp(x) + c",
        message="It took more than 5 s",
        counterexample=UNSEEN,
        where="softmax.py, line 12",
        hint="What is the largest term?",
        replay=["6.1", "AAEC"],
    )
    record(tmp_path, "ada", [failing, a_test("test_ok")])
    text = student_page(tmp_path, "ada").text
    pieces = ["logsumexp(x + c) = ", "ran out of time", "It took more", "softmax.py, line 12", UNSEEN]
    pieces += [
        "What is the largest term?",
        "pytest -k test_shift",
        "grader replay test_shift --record 01_softmax.json",
    ]
    places = [text.index(p) for p in pieces]
    assert places == sorted(places)
    assert "AAEC" not in text


def test_hidden_tests_show_neither_example_nor_replay(tmp_path):
    deep = hidden(
        "test_deep", "test_sum", counterexample=UNSEEN, replay=["6.1", "AAECsecret"], message="off by one"
    )
    record(tmp_path, "ada", [a_test("test_sum", earned=0), deep])
    page = student_page(tmp_path, "ada")
    assert "the title of test_deep" in page.text and "off by one" not in page.text
    assert "0 of 2 points so far" in page.text
    for source in (page.source, index(tmp_path).source):
        assert "12345" not in source and "AAECsecret" not in source
        assert "grader replay" not in source and "pytest -k test_deep" not in source


def test_failures_come_in_the_order_in_which_to_write_the_functions(tmp_path):
    tests = [
        a_test("test_n", "fail", of="nll", title="third"),
        a_test("test_s", "fail", of="log_softmax", title="second"),
        a_test("test_l", "fail", of="logsumexp", title="first"),
    ]
    record(tmp_path, "ada", tests)
    text = student_page(tmp_path, "ada").text
    assert text.index("first") < text.index("second") < text.index("third")
    assert "Next: logsumexp" in text


def test_a_bonus_comes_next_only_when_all_else_is_right(tmp_path):
    bonus = a_test("test_l", "fail", of="logsumexp", band="stretch")
    record(tmp_path, "ada", [bonus, a_test("test_n", "fail", of="nll")])
    record(tmp_path, "bob", [bonus, a_test("test_n", of="nll")])
    record(tmp_path, "cid", [a_test("test_n", of="nll")])
    assert "Next: nll" in student_page(tmp_path, "ada").text
    assert "Next: logsumexp, a bonus" in student_page(tmp_path, "bob").text
    assert "All right." in student_page(tmp_path, "cid").text


def test_passing_tests_are_folded(tmp_path):
    record(tmp_path, "ada", [a_test("test_a"), a_test("test_b", "fail")])
    source = student_page(tmp_path, "ada").source
    folded = source[source.index("<details>") : source.index("</details>")]
    assert "the title of test_a" in folded and "the title of test_b" not in folded


def test_one_cause_of_all_failures_is_told_once(tmp_path):
    message = "The module could not be imported: SyntaxError"
    record(tmp_path, "ada", [a_test(f"test_{i}", "error", message=message) for i in range(9)])
    text = student_page(tmp_path, "ada").text
    assert text.count(message) == 1 and "all 9 tests" in text


def test_a_function_not_written_yet_is_one_story(tmp_path):
    tests = [a_test(f"test_{i}", "not_implemented", message="Not written yet.") for i in range(5)]
    record(tmp_path, "ada", [*tests, a_test("test_n", of="nll")])
    page = student_page(tmp_path, "ada")
    assert sum(tag == "article" for tag, _ in page.elements) == 1
    assert "not written yet, 5 tests wait for it" in page.text


def test_a_student_sees_nobody_else(tmp_path):
    record(tmp_path, "ada", [a_test()])
    record(tmp_path, "bob", [a_test("test_b", "fail")])
    summary(tmp_path, {"kind": "late", "student": "bob", "path": "", "text": "3 hours late"})
    assert "bob" not in student_page(tmp_path, "ada").source


# While a class is graded


def running(done: int) -> RunState:
    return RunState(done, 3, "2026-03-01 10:00:00")


def reloads(page: Page) -> bool:
    return any(tag == "meta" and a.get("http-equiv") == "refresh" for tag, a in page.elements)


def test_pages_of_a_run_say_how_far_it_is_and_load_themselves_again(tmp_path):
    page = Page(write_report(tmp_path, run=running(0)))
    assert "Being graded: 0 of 3 at 2026-03-01 10:00:00" in page.text and reloads(page)
    record(tmp_path, "ada", [a_test()])
    page = Page(write_report(tmp_path, run=running(1)))
    assert "Being graded: 1 of 3" in page.text and reloads(page) and page.row("ada")
    assert not reloads(Page(tmp_path / "report" / "students" / "ada.html")), "somebody is reading it"
    final = index(tmp_path)
    assert "Being graded" not in final.text and not reloads(final)
    assert "<!--" not in final.source


def test_a_run_that_ends_early_is_said_to_have_ended_and_nothing_else_changes(tmp_path):
    record(tmp_path, f"ada <!-- end of run -->{EVIL}", [a_test()], folder="ada")
    before = Page(write_report(tmp_path, run=running(1)))
    assert mark_stopped(tmp_path, RunState(2, 3, "2026-03-01 11:00:00", stopped=True))
    after = Page(tmp_path / "report" / "index.html")
    assert not reloads(after) and "Being graded" not in after.text
    assert "Not finished: the run ended at 2026-03-01 11:00:00, after 2 of 3." in after.text
    assert after.rows == before.rows
    assert not mark_stopped(tmp_path, running(2)), "it says so already"


def test_final_pages_are_not_marked(tmp_path):
    assert not mark_stopped(tmp_path, running(2))
    record(tmp_path, "ada", [a_test()])
    source = index(tmp_path).source
    assert not mark_stopped(tmp_path, running(2))
    assert Page(tmp_path / "report" / "index.html").source == source


def test_only_pages_of_students_with_new_records_are_written_again(tmp_path):
    for name in ("ada", "bob", "cid"):
        record(tmp_path, name, [a_test()])
        os.utime(tmp_path / "records" / name / "01_softmax.json", (1000, 1000))
    write_report(tmp_path)
    students = tmp_path / "report" / "students"
    for page in students.iterdir():
        page.write_text("as it was")
    os.utime(tmp_path / "records" / "bob" / "01_softmax.json", (2000, 2000))
    (students / "cid.html").unlink()
    write_report(tmp_path, run=running(1), changed_since=1500)
    assert (students / "ada.html").read_text() == "as it was"
    assert all("the title of test_sum" in (students / f"{n}.html").read_text() for n in ("bob", "cid"))
    write_report(tmp_path)
    assert "the title of test_sum" in (students / "ada.html").read_text()


# Files and time


def test_table_heads_have_a_scope(tmp_path):
    record(tmp_path, "ada", [a_test("test_a", "fail"), a_test("test_b")])
    for page in (index(tmp_path), student_page(tmp_path, "ada")):
        heads = [a for tag, a in page.elements if tag == "th"]
        assert heads and all(a.get("scope") in ("row", "col") for a in heads)


def test_pages_are_replaced_whole_and_old_ones_go(tmp_path):
    record(tmp_path, "ada", [a_test()])
    record(tmp_path, "bob", [a_test()])
    write_report(tmp_path)
    first = {p: p.read_bytes() for p in (tmp_path / "report").rglob("*") if p.is_file()}
    assert sorted(p.name for p in first) == ["ada.html", "bob.html", "index.html"]
    write_report(tmp_path)
    assert first == {p: p.read_bytes() for p in (tmp_path / "report").rglob("*") if p.is_file()}
    (tmp_path / "records" / "bob" / "01_softmax.json").unlink()
    write_report(tmp_path)
    assert [p.name for p in (tmp_path / "report" / "students").iterdir()] == ["ada.html"]


def test_a_class_of_500_is_written_in_seconds(tmp_path):
    ends = ["pass", "fail", "not_implemented", "error"]
    for i in range(500):
        tests = [
            a_test(f"test_{k}", ends[(i + k * k) % 4], message="off\n" * 5, counterexample=UNSEEN)
            for k in range(40)
        ]
        record(tmp_path, f"student{i:03}", tests)
    before = time.process_time()
    page = Page(write_report(tmp_path))
    assert time.process_time() - before < 20  # about 2 s; the rest is for a busy machine
    assert "500 students" in page.text
    assert len(list((tmp_path / "report" / "students").glob("*.html"))) == 500
