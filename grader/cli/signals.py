"""Signals that ask the process to end: they interrupt it as Ctrl-C does, so that it takes its leave."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator

_ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextlib.contextmanager
def interrupted_by_signals() -> Iterator[None]:
    """Have SIGTERM and SIGHUP raise KeyboardInterrupt, unless they are ignored, as those of a terminal are under nohup.

    Copies of submissions in the temporary folder are removed then, and what was started is ended.
    """
    taken = [n for n in _ENDING if signal.getsignal(n) is signal.SIG_DFL]
    for number in taken:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)
