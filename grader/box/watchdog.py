"""A time limit in the student's own process, on any operating system: ends an endless loop and says where.

CPU time is counted, so waiting at a debugger's prompt costs nothing; under a debugger the watchdog
stays idle. A loop inside one call of C code can't be ended from Python; it ends when it returns.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from grader.box.locations import place
from grader.endings import TimeLimit

_DEBUGGERS = ("bdb", "pdb", "pydevd", "_pydevd_bundle", "debugpy", "IPython.core.debugger")
_LOOK_EVERY = 0.05


class Watchdog:
    """Raises TimeLimit in the thread that made it when a watched call takes more than its CPU seconds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._thread = threading.get_ident()
        self._deadline: float | None = None
        self._wake = threading.Event()
        self._line = ""
        self._started = False

    @contextmanager
    def watching(self, cpu_seconds: float) -> Iterator[None]:
        """Watch the body, which runs in the thread that made the watchdog."""
        self._line = ""
        self._deadline = time.process_time() + cpu_seconds
        if not self._started:
            self._started = True
            threading.Thread(target=self._watch, name="grader-watchdog", daemon=True).start()
        self._wake.set()
        try:
            yield
        except TimeLimit:
            raise TimeLimit(f"more than {cpu_seconds:g} s: an endless loop?", self._line) from None
        finally:
            self._deadline = None

    def _watch(self) -> None:
        while True:
            if self._deadline is None:
                self._wake.wait()
                self._wake.clear()
            time.sleep(_LOOK_EVERY)
            deadline = self._deadline
            if deadline is not None and time.process_time() > deadline and not self._debugged():
                self._line = self._line or self._where()
                self._deadline = time.process_time() + 1.0  # bite again if the bite was swallowed
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(self._thread), ctypes.py_object(_bite)
                )

    def _frames(self) -> Iterator[FrameType]:
        frame = sys._current_frames().get(self._thread)
        while frame is not None:
            yield frame
            frame = frame.f_back

    def _debugged(self) -> bool:
        return _client_of_a_debugger() or any(
            f.f_globals.get("__name__", "") in _DEBUGGERS
            or getattr(getattr(f.f_trace, "__func__", None), "__module__", None) in _DEBUGGERS
            for f in self._frames()
        )

    def _where(self) -> str:
        for frame in self._frames():
            file = Path(frame.f_code.co_filename)
            if file.is_relative_to(self._folder):
                return place(str(file), frame.f_lineno, frame.f_code.co_name)
        return ""


def _client_of_a_debugger() -> bool:
    """Return True while a debugger is connected through debugpy or pydevd. Jupyter's kernel always loads both."""
    connected = getattr(sys.modules.get("debugpy"), "is_client_connected", None)
    try:
        return bool(connected()) if connected else "pydevd" in sys.modules
    except Exception:  # of the debugger's own code
        return True


class _bite(TimeLimit):
    def __init__(self) -> None:
        super().__init__("")
