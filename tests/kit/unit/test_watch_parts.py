"""Parts of `grader watch` that need no process: what fits on a screen, safe text, traces, files that were saved."""

from __future__ import annotations

import math
import os
from pathlib import Path

import pytest
import torch
from rich.text import Text

from grader.home.watch import messages
from grader.home.watch.files import state_of
from grader.home.watch.fitted import cut, fit
from grader.home.watch.lines import safe
from grader.home.watch.prints import MOST_KEPT, Prints
from grader.home.watch.traces import process_state
from grader.records.outcomes import Outcome


def fitted(blocks: list[list[str]], height: int, width: int = 40) -> list[str]:
    texts = [[Text(line) for line in block] for block in blocks]
    return [line.plain for line in fit([Text("head")], texts, [Text("end")], width, height)]


BLOCKS = [["one", "    message", ""], ["two", "    message", ""], ["three", ""], ["four", ""]]


def test_everything_that_fits_is_shown_with_the_end_at_the_bottom() -> None:
    lines = fitted(BLOCKS, 14)
    assert lines[:5] == ["head", "one", "    message", "", "two"]
    assert len(lines) == 14 and lines[-1] == "end" and not any("more" in line for line in lines)


def test_whole_blocks_are_left_out_and_counted() -> None:
    assert fitted(BLOCKS, 7) == ["head", "one", "    message", "", "… and 3 more", "", "end"]


def test_a_first_block_that_is_too_long_is_cut() -> None:
    lines = fitted([[str(number) for number in range(50)], ["other"]], 10)
    assert len(lines) == 10 and lines[1] == "0" and "    …" in lines and "… and 1 more" in lines


@pytest.mark.parametrize("height", range(1, 12))
@pytest.mark.parametrize("width", [1, 3, 8, 40])
def test_it_never_is_higher_than_the_terminal(height: int, width: int) -> None:
    wide = [["✗ " + "漢字" * 30, "    " + "long " * 30, "        return x", ""]] * 3
    assert len(fitted(wide, height, width)) <= height


def test_long_lines_keep_their_indentation() -> None:
    lines = fitted([["    " + "word " * 20]], 20, 30)
    assert all(line.startswith("    word") for line in lines[1:4])


def test_what_is_cut_keeps_its_points() -> None:
    assert cut("a very long title of a test", " [0 of 2]", 20).plain == "a very lon… [0 of 2]"


def test_safe_text_steers_no_terminal() -> None:
    assert safe("\x1b[31mred\x07\t\u202eback\r") == r"\x1b[31mred\x07   \u202eback\r"


def test_a_message_survives_its_way() -> None:
    verdict = messages.Tested("test", Outcome.FAIL, "half \ud800", "a\nb", "c", "\x1b")
    line = messages.to_line(verdict)
    assert line.count(b"\n") == 1
    assert messages.report_of(line) == messages.Tested(
        "test", Outcome.FAIL, "half \\ud800", "a\nb", "c", "\x1b"
    )


@pytest.mark.parametrize(
    "line", [b"", b"RAW\n", b"{}\n", b'{"type": "Order"}\n', b'{"type": "Tested", "test": 3}\n']
)
def test_what_is_no_message_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError):
        messages.report_of(line)


def test_only_the_end_of_prints_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    prints = Prints()
    for _ in range(100):
        print("x" * 999)
    print("the end \ud800")
    taken = prints.taken()
    assert taken.startswith(f"({100 * 1000 + 15 - MOST_KEPT} bytes before this are left out)\n")
    assert taken.endswith("the end \\ud800")
    prints.begin()
    print("anew")
    assert prints.taken() == "anew"


def test_traces(monkeypatch: pytest.MonkeyPatch) -> None:
    clean = process_state()
    assert not clean.marked(process_state())
    monkeypatch.setenv("NEW_OF_A_LIBRARY", "1")
    monkeypatch.setattr(math, "new_of_a_library", len, raising=False)
    assert not clean.marked(process_state())
    with torch.no_grad():
        assert clean.marked(process_state())
    with monkeypatch.context() as patch:
        patch.setattr(torch.Tensor, "exp", lambda self: self)
        assert clean.marked(process_state())
    with monkeypatch.context() as patch:
        patch.chdir("/")
        assert clean.marked(process_state())
    assert not clean.marked(process_state())


def test_every_save_changes_the_state_of_a_folder(tmp_path: Path) -> None:
    module = tmp_path / "softmax.py"
    states = [state_of(tmp_path)]

    def changed() -> bool:
        states.append(state_of(tmp_path))
        return states[-1] != states[-2]

    module.write_text("one")
    assert changed()
    os.utime(module, (1, 1))
    assert changed()
    (tmp_path / ".softmax.py.swp").write_text("an editor's own")
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "softmax.py").write_text("Python's own")
    (tmp_path / "notes.txt").write_text("no module")
    assert not changed()
    other = tmp_path / "other"
    other.write_text("two")
    os.utime(other, (1, 1))
    other.rename(module)
    assert changed()
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "helper.py").write_text("")
    assert changed()
    module.unlink()
    assert changed()
    assert state_of(tmp_path / "nowhere") == {}
