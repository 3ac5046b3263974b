"""Notice saves: watchfiles wakes this thread, and the state of the files decides which unit was saved.

Editors and notebooks save in many ways: they write, rename another file over, or delete and write anew. After each of
them a file has another time, size or inode. The files are looked at once a second besides, since on some drives
(network, shared with a virtual machine) nobody tells of a change, and folders may vanish and come back.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from types import TracebackType

from watchfiles import watch

from grader.course import Course, Unit
from grader.home.watch.files import State, newest, state_of, state_of_tests

_STEP = 30  # milliseconds without a change, after which a burst of saves is over
_LONGEST_BURST = 300  # milliseconds
_LOOK_EVERY = 1000  # milliseconds


class Saves:
    """Calls `saved` with the name of a unit that was saved, and `changed` when its tests have changed.

    Use as a context manager. units: those to look at, each run on files of its own and of the units that `needed` has
    """

    def __init__(
        self,
        course: Course,
        units: Sequence[Unit],
        needed: Sequence[Unit],
        *,
        saved: Callable[[str], None],
        changed: Callable[[], None],
    ) -> None:
        self._home = course.root / "assignments"
        self._tests = course.root / "tests"
        self._units = {unit.name: unit for unit in units}
        self._folders = {u.name: [u.stub.parent, *(n.stub.parent for n in needed)] for u in units}
        self._saved = saved
        self._changed = changed
        self._states = self._states_now()
        self._states_of_tests = self._tests_now()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Saves:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join(2)

    def _watch(self) -> None:
        while not self._end.is_set():
            identity = self._identity()
            if identity is None:  # there is no such folder (any more)
                self._compare()
                self._end.wait(_LOOK_EVERY / 1000)
                continue
            try:
                self._watch_folder(identity)
            except (OSError, RuntimeError):  # it vanished, or the system has no more watches to give
                self._compare()
                self._end.wait(_LOOK_EVERY / 1000)

    def _watch_folder(self, identity: tuple[int, int]) -> None:
        changes = watch(
            self._home,
            self._tests,
            watch_filter=None,
            debounce=_LONGEST_BURST,
            step=_STEP,
            stop_event=self._end,
            rust_timeout=_LOOK_EVERY,
            yield_on_timeout=True,
            raise_interrupt=False,
        )
        for _ in changes:
            self._compare()
            if self._identity() != identity:
                return  # another folder of this name: nobody tells of changes in it

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._home)  # noqa: PTH116 - one call
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _compare(self) -> None:
        if (tests := self._tests_now()) != self._states_of_tests:
            self._states_of_tests = tests
            self._changed()
        states = self._states_now()
        saved = [unit for unit, state in states.items() if state != self._states[unit]]
        self._states = states
        if saved:
            self._saved(max(saved, key=lambda unit: newest(states[unit])))

    def _states_now(self) -> dict[str, list[State]]:
        return {unit: [state_of(folder) for folder in folders] for unit, folders in self._folders.items()}

    def _tests_now(self) -> list[State]:
        return [state_of_tests(unit) for unit in self._units.values()]
