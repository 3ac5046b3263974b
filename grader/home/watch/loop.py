"""`grader watch` from its start to its end: one queue of saves, reports and keys, and one thread that takes from it."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import NoReturn

from rich.console import Console

from grader.course import Course, CourseError, Unit
from grader.home.watch.board import Boards
from grader.home.watch.files import worked_on_last
from grader.home.watch.keys import Keys
from grader.home.watch.plain import PlainDisplay
from grader.home.watch.process import Heard
from grader.home.watch.rounds import Rounds
from grader.home.watch.saves import Saves
from grader.home.watch.screen import ScreenDisplay
from grader.home.watch.workers import Workers

_TICK = 0.1  # seconds
_UPDATED = 3.0  # seconds in which an update of the course may be half done


@dataclass(frozen=True)
class Saved:
    unit: str


@dataclass(frozen=True)
class Pressed:
    key: str


@dataclass(frozen=True)
class Changed:
    """The course's tests are others now."""


Event = Saved | Pressed | Changed | Heard


class _CourseChanged(Exception):
    """Everything is to begin anew."""


class _Quit(Exception):
    """The student has had enough, or the system has."""


def watch_units(course: Course, name: str | None) -> None:
    """Run the tests of a unit, or of the unit that was saved last, at every save until the student quits.

    Raise CourseError for a unit that is not there, and BoxFault when the tests can't be started at all.
    """
    unit = course.unit(name) if name else None
    first = unit.name if unit else worked_on_last(course)
    with contextlib.suppress(_Quit, KeyboardInterrupt), _ended_by_signals(), _nobody_reads():
        while True:
            with contextlib.suppress(_CourseChanged):
                _watch(course, unit, first)
            course = _reread(course, first)
            unit = course.unit(unit.name) if unit else None


def _reread(course: Course, unit: str) -> Course:
    """Return the course as it is now. Raise CourseError when it can't be used, and still can't after a while."""
    deadline = time.monotonic() + _UPDATED
    while True:
        try:
            new = Course(course.root)
            new.unit(unit)
            return new
        except CourseError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_TICK)


def _watch(course: Course, unit: Unit | None, first: str) -> NoReturn:
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    console = Console(highlight=False)
    with contextlib.ExitStack() as stack:
        workers = stack.enter_context(Workers(course, events.put))
        workers.first.collect(first)
        boards = Boards(course)
        display: ScreenDisplay | PlainDisplay
        if _has_screen(console):
            display = stack.enter_context(ScreenDisplay(boards, console))
            stack.enter_context(Keys(lambda key: events.put(Pressed(key))))
        else:
            display = PlainDisplay(boards)
            print(f"Watching {unit.name if unit else 'all units'}. Ctrl-C ends it.", flush=True)
        saves = Saves(
            course,
            [unit] if unit else list(course.units.values()),
            [course.units[name] for name in unit.depends_on] if unit else [],
            saved=lambda name: events.put(Saved(name)),
            changed=lambda: events.put(Changed()),
        )
        stack.enter_context(saves)
        rounds = Rounds(boards, workers, display)
        rounds.saved(first)
        _take_events(events, rounds, display)


def _take_events(
    events: queue.SimpleQueue[Event], rounds: Rounds, display: ScreenDisplay | PlainDisplay
) -> NoReturn:
    last = time.monotonic()
    while True:
        with contextlib.suppress(queue.Empty):
            match events.get(timeout=_TICK):
                case Saved(unit):
                    rounds.saved(unit)
                case Changed():
                    raise _CourseChanged
                case Pressed("q" | "Q" | "\x03"):
                    raise _Quit
                case Pressed(key) if isinstance(display, ScreenDisplay):
                    display.key(key.lower())
                case Heard() as heard:
                    rounds.hear(heard)
        now = time.monotonic()
        rounds.tick(now - last)
        display.tick()
        last = now


def _has_screen(console: Console) -> bool:
    return (
        console.is_terminal and not console.is_dumb_terminal and sys.stdin is not None and sys.stdin.isatty()
    )


@contextlib.contextmanager
def _nobody_reads() -> Iterator[None]:
    """End in order when the reader of a pipe has gone, as in `grader watch | head`."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains at its end


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Within the body, what ends a program from outside ends it in order, with the terminal restored."""

    def quit_(number: int, frame: FrameType | None) -> NoReturn:
        raise _Quit

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {getattr(signal, name): signal.signal(getattr(signal, name), quit_) for name in names}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
