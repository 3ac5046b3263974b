"""Texts that somebody else wrote do nothing to a terminal, to the log of a CI system, or to a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.encodable import all_readable, as_escapes, readable, shown, shown_lines
from grader.endings import Crashed, StudentError
from grader.files import as_json
from grader.spreadsheet import as_csv, uncelled

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
ANYTHING = st.text(
    st.characters(exclude_categories=()) | st.sampled_from("\x1b\x9b\u202e\u2066\ud800\r\n\t:#[")
)


@given(ANYTHING)
def test_no_control_is_left(text: str) -> None:
    for made in (readable(text), shown(text), shown_lines(text), as_escapes(text)):
        assert not CONTROLS.search(made)
        made.encode("utf-8")
    assert shown(text).isprintable() or set(shown(text)) & set("\u200c\u200d")
    assert "\n" not in shown(text)


@given(ANYTHING)
def test_json_says_the_same_without_raw_controls(text: str) -> None:
    assert json.loads(as_json({"text": text})) == {"text": text}
    assert not CONTROLS.search(as_json({"text": text}))


@pytest.mark.parametrize(
    "text",
    [
        "::error::x",
        "  ::set-output name=a::b",
        "\t::x",
        "a ##[error]b",
        "##vso[task.x]y",
        "\u2003::add-mask::x",
    ],
)
def test_no_line_is_a_command_of_ci(text: str) -> None:
    for line in (shown(text), *shown_lines(f"fine\n{text}\r\n{text}").splitlines()):
        assert not line.strip().startswith("::")
        assert "##[" not in line and "##vso[" not in line


@pytest.mark.parametrize(
    "text",
    ["x[::2] and a::b", "Zoë 漢字 שלום", "نمی\u200cخواهم", "if x:\n\treturn 'é' # ::", "\u200f\u00a0\u3000"],
)
def test_what_people_write_stays(text: str) -> None:
    assert readable(text) == shown_lines(text) == text


def test_ends_of_lines_are_one() -> None:
    assert readable("a\r\nb\rc\n") == "a\nb\nc\n"


def test_errors_out_of_a_box_are_clean() -> None:
    error = StudentError(("E\x1b[31m",), "red \x1b[31m\u202e", "line \x9b")
    assert not CONTROLS.search(f"{error}{error.text}{error.where}{''.join(error.classes)}")
    assert not CONTROLS.search(str(Crashed("bell \x07")))
    assert all_readable({"\x07": ["\x1b", ("\u2066",)]}) == {"\\x07": ["\\x1b", ("\\u2066",)]}


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    "\t=1",
    "\n=1",
    " =1",
    "\ufeff=1",
    "\u200b=1",
    "\u00a0=1",
    "|x",
    "＝1",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text: str) -> None:
    ((cell,),) = csv.reader(io.StringIO(as_csv([[text]])))
    assert cell.startswith("'")
    assert not CONTROLS.search(cell)


def test_every_cell_is_quoted() -> None:
    assert as_csv([["a;=1", 2], ['b"', "c\nd"]]) == '"a;=1","2"\n"b""","c\nd"\n'


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp"))))
def test_the_apostrophe_is_taken_away_again(text: str) -> None:
    ((cell,),) = csv.reader(io.StringIO(as_csv([[text]])))
    assert uncelled(cell) == text or text.startswith("'")
