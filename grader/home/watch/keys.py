"""Keys, one at a time and without Enter, on any system."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from types import TracebackType

_LOOK_EVERY = 0.1  # seconds

if sys.platform == "win32":
    import msvcrt

    class _Terminal:
        """The console, which needs no setting."""

        def enter(self) -> None: ...
        def leave(self) -> None: ...

        def read(self, end: threading.Event) -> str:
            """Return the keys that were pressed, after a while "" if there are none."""
            if not msvcrt.kbhit():
                end.wait(_LOOK_EVERY)
                return ""
            key = msvcrt.getwch()
            if key in "\x00\xe0":  # an arrow, say: its second half follows
                msvcrt.getwch()
                return ""
            return key

else:
    import select
    import signal
    import termios
    import tty

    class _Terminal:
        """The terminal of standard input. Keys are neither echoed nor kept back until Enter; Ctrl-C stays a signal."""

        def __init__(self) -> None:
            self._file = sys.stdin.fileno()
            self._before = termios.tcgetattr(self._file)

        def enter(self) -> None:
            tty.setcbreak(self._file)
            signal.signal(signal.SIGCONT, lambda *_: tty.setcbreak(self._file))  # back from Ctrl-Z

        def leave(self) -> None:
            signal.signal(signal.SIGCONT, signal.SIG_DFL)
            termios.tcsetattr(self._file, termios.TCSADRAIN, self._before)

        def read(self, end: threading.Event) -> str:
            """Return the keys that were pressed, after a while "" if there are none."""
            if not select.select([self._file], [], [], _LOOK_EVERY)[0]:
                return ""
            pressed = os.read(self._file, 64).decode("utf-8", "ignore")
            if not pressed:  # the terminal has gone
                end.wait(_LOOK_EVERY)
            return "" if pressed.startswith("\x1b") else pressed


class Keys:
    """Calls `put` with each key that is pressed. Use as a context manager, which restores the terminal."""

    def __init__(self, put: Callable[[str], None]) -> None:
        self._put = put
        self._terminal = _Terminal()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Keys:
        self._terminal.enter()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join(2)
        self._terminal.leave()

    def _listen(self) -> None:
        while not self._end.is_set():
            try:
                pressed = self._terminal.read(self._end)
            except OSError:  # the terminal has gone
                return
            for key in pressed:
                self._put(key)
