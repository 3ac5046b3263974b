"""Have functions called in the reading process: one for all submissions, replaced when it dies or takes too long.

A text of a hundred letters can take Python's parser minutes, a megabyte a gigabyte of memory, and some bytes end the
interpreter. In the process that grades a class, that would be the end of everybody's grades.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from grader.intake.apart import limits
from grader.intake.apart.framing import receive, send
from grader.intake.errors import IntakeError, UnreadableError

P = ParamSpec("P")
T = TypeVar("T")
TOLD = (IntakeError, OSError, UnicodeError)  # errors that reach the caller as they are
_MOST_WORDS = 300  # letters of an exception that may quote the file
_KIT = Path(__file__).parents[3]
_PLAIN = {
    ("builtins", "set"),
    ("builtins", "frozenset"),
    ("collections", "defaultdict"),
    ("builtins", "list"),
    *(("builtins", e.__name__) for e in (OSError, PermissionError, FileNotFoundError, FileExistsError)),
    *(("builtins", e.__name__) for e in (NotADirectoryError, IsADirectoryError)),
    *(("builtins", e.__name__) for e in (UnicodeDecodeError, UnicodeEncodeError, UnicodeError)),
    *(("pathlib", kind) for kind in ("PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath")),
}


def apart(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return function(*args, **kwargs), called in the reading process within the limits of one submission.

    function: one at the top level of a module of this room; its arguments and its result are the room's plain data
    Raises what the function raises, as it is or as an UnreadableError; so does one that goes beyond the limits.
    """
    return apart_for(limits.SECONDS, function, *args, **kwargs)


def apart_for(seconds: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do the same with another limit, in seconds of the processor's time."""
    if HERE.inside:
        return function(*args, **kwargs)
    return HERE.ask(seconds, function, args, kwargs)  # type: ignore[no-any-return]


class _Here:
    """The reading process, as this one knows it.

    inside: True if this is it
    """

    def __init__(self) -> None:
        self.inside = False
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0  # the process that has started it: a fork of that one starts its own

    def ask(self, seconds: float, function: Any, args: Any, kwargs: Any) -> Any:
        request = pickle.dumps((seconds, function, args, kwargs))
        with self._lock:
            try:
                reply, why = self._exchange(request, seconds * limits.WAIT, seconds)
            except BaseException:  # an interrupt: the next reply would be that to this request
                self.end()
                raise
            if reply is None:
                raise UnreadableError(why)
            kind, content, goes_on = _Replies(io.BytesIO(reply)).load()
            if not goes_on:
                self.end()
        if kind == "value":
            return content
        if kind == "raised" and isinstance(content, TOLD):
            raise content
        if kind == "memory":
            raise UnreadableError(
                f"reading it takes more than {limits.MEMORY / 2**30:g} GB of memory. {_ADVICE}"
            )
        raise UnreadableError(f"{str(content)[:_MOST_WORDS]}")

    def _exchange(self, request: bytes, wait: float, seconds: float) -> tuple[bytes | None, str]:
        """Return the reply, or None and why there is none."""
        process = self._running()
        assert process.stdin is not None and process.stdout is not None
        late = threading.Timer(wait, process.kill)
        late.daemon = True
        late.start()
        try:
            with contextlib.suppress(BrokenPipeError):
                send(process.stdin, request)
            if (reply := receive(process.stdout)) is not None:
                return reply, ""
        finally:
            late.cancel()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
        status = process.returncode
        self.end()
        return None, _why(status, seconds, wait)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._owner != os.getpid() or (self._process and self._process.poll() is not None):
            self._process = None
        if self._process is None:
            environment = {**os.environ, "PYTHONPATH": str(_KIT), "PYTHONHASHSEED": "0"}
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "grader.intake.apart.process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                process_group=None if sys.platform == "win32" else 0,  # Ctrl-C is for the command
            )
            if not self._owner:
                atexit.register(self.end)
            self._owner = os.getpid()
        return self._process

    def end(self) -> None:
        """End the reading process, if there is one and it is this process's."""
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):  # what was not sent yet
                if pipe:
                    pipe.close()


_ADVICE = "Is it what a person would write? Keep data in files of their own, and hand in the code alone"


def _why(status: int | None, seconds: float, wait: float) -> str:
    if sys.platform != "win32" and status == -signal.SIGXCPU:
        return f"reading it takes more than {seconds:g} seconds. {_ADVICE}"
    if sys.platform != "win32" and status == -signal.SIGKILL:
        return f"reading it takes more than {wait:g} seconds, or more memory than there is. {_ADVICE}"
    return f"Python ended while it was read (exit status {status}). {_ADVICE}"


class _Replies(pickle.Unpickler):
    """Takes classes of this room out of a reply, and no others."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        if module.startswith("grader.intake.") and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__ == module:  # not what the module has imported
                return found
        raise pickle.UnpicklingError(f"{module}.{name} does not belong into a reply")


HERE = _Here()
