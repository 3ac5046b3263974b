"""The display of a grading: one bar and one line on a terminal, whatever is in the names, and nothing in a pipe."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from grader.cli import console
from grader.cli.console import GradingDisplay
from grader.cli.live_pages import pause_after

ODD = "a\x1b[2Jb\r\n[red]c[/red] :smile: \udcff\u202e"


@pytest.fixture
def shown_on(monkeypatch):
    def use(*, terminal: bool = True, encoding: str = "utf-8") -> io.TextIOWrapper:
        file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        console_ = Console(file=file, force_terminal=terminal, width=60, color_system=None, highlight=False)
        monkeypatch.setattr(console, "stderr", console_)
        return file

    return use


def lines_below(display: GradingDisplay) -> list[str]:
    """Return what is shown below the bar, as lines of the terminal."""
    console.stderr.begin_capture()
    console.stderr.print(display.get_renderable())
    return console.stderr.end_capture().splitlines()[1:]


def test_what_is_being_graded_is_named_below_the_bar(shown_on):
    shown_on()
    display = GradingDisplay("grading")
    assert "the judge starts" in lines_below(display)[0]
    display.show_in_flight([("ada", "01_softmax"), ("Zoë 李", "02_init")])
    assert lines_below(display) == ["ada, 01_softmax; Zoë 李, 02_init"]
    display.show_in_flight([])
    assert lines_below(display) == []


def test_a_bar_that_is_told_no_names_says_only_that_the_judge_starts(shown_on):
    shown_on()
    display = GradingDisplay("auditing")
    display.show_done(0, 2)
    assert "the judge starts" in lines_below(display)[0]
    display.show_done(1, 2)
    assert lines_below(display) == []


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_odd_names_stay_on_their_line(shown_on, encoding):
    shown_on(encoding=encoding)
    display = GradingDisplay("grading")
    display.show_in_flight([(ODD, "01_softmax")])
    assert lines_below(display) == [r"a\x1b[2Jb\r\n[red]c[/red] :sm..., 01_softmax"]
    display.show_in_flight([("l" * 500, "01_softmax"), ("李" * 500, "02_init"), ("ada", "03_minibatch")])
    (line,) = lines_below(display)
    assert line.startswith("lllll") and "..., 01_softmax; " in line and len(line) <= 60
    line.encode(encoding)


def test_a_pipe_gets_nothing(shown_on):
    file = shown_on(terminal=False)
    with GradingDisplay("grading") as display:
        display.show_done(0, 2)
        display.show_in_flight([("ada", "01_softmax")])
        display.show_done(1, 2)
    file.flush()
    assert file.buffer.getvalue() == b""


@pytest.mark.parametrize("seconds", [0.01, 0.2, 3, 100])
def test_writing_pages_takes_a_twentieth_of_the_time_at_most(seconds):
    assert seconds <= 0.05 * (seconds + pause_after(seconds)) + 1e-9
