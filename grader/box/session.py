"""The inside of the box: the submission's module, driven by requests, answers in plain data.

The same session runs in both modes: in the student's own process, and behind the walls.

A request is a dict: {"op": "call" | "run" | "run_anew", "name", "args", "kwargs", "seed": int or None}.
A reply is a dict:   {"value": ...} or {"ended": name of a class of endings.py, "text", "where", "classes"}.
"""

from __future__ import annotations

import linecache
import os
import random
import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch

from grader import endings
from grader.box.devices.device import Device
from grader.box.guard import Guard
from grader.box.locations import place
from grader.box.names import Names, lookup
from grader.box.probes import common
from grader.box.scratch import shown
from grader.course import load_module
from grader.course.loading import HelperModules
from grader.intake.submission.guarding import ERRORS, LEFT_OUT

_LONGEST_TEXT = 500
_MOST_CLASSES = 20
_OF_JSON = ("null", "true", "false")  # what a notebook's text holds and Python doesn't know
# Of these classes, no code of a submission's runs.
_PLAIN = frozenset({torch.Tensor, int, float, bool, str, type(None)})
_MISSING = (NameError, ImportError, FileNotFoundError)
_TEMPORARY = re.compile(r"(?<=/tmp/tmp)[a-z0-9_]{8}\b")  # a name that tempfile has drawn
_MODULE = re.compile(r"\b_unit_[0-9a-f]{10}_")  # see course.loading
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}")  # differs from run to run, and records may not


class Session:
    """One submission's module, imported, with its guard, the probes that can drive it, and the device it works on."""

    def __init__(
        self,
        module: ModuleType,
        unit_probes: Path | ModuleType | None,
        guard: Guard,
        device: Device | None = None,
        helpers: HelperModules | None = None,
    ) -> None:
        """guard: has watched the module while it was imported"""
        self.module = module
        self._helpers = helpers or HelperModules()
        self.folder = Path(getattr(module, "__file__", None) or ".").parent
        self._probes: list[ModuleType] = [common]
        if isinstance(unit_probes, ModuleType):  # loaded while their file could be
            self._probes.insert(0, unit_probes)
        elif unit_probes is not None and unit_probes.exists():
            self._probes.insert(0, load_module(unit_probes))
        self._places = [_place(p) for p in self._probes]
        self._guard = guard
        guard.exempt(self._places)
        self._names = Names(module, self._guard)
        self._device = device or Device("cpu")

    def perform(self, request: dict[str, Any], encode: Callable[[Any], Any] = lambda result: result) -> Any:
        """Carry out the request and return the result, encoded. Exceptions of the submission pass through."""
        with self._helpers.importable():
            result = self._perform(request)
            if _is_plain(result):
                encoded = encode(result)
                self._guard.require_nothing_caught()
                return encoded
            # Encoding runs the submission's code where the result is of its classes.
            with self._guard.watching():
                return encode(result)

    def _perform(self, request: dict[str, Any]) -> Any:
        # Pickle looks for the module's classes here. Another copy of it may have been imported since.
        sys.modules[self.module.__name__] = self.module
        if request["seed"] is not None:
            seed_everything(request["seed"])
        with self._device.working(self._places):
            args, kwargs = self._device.put(request["args"]), self._device.put(request["kwargs"])
            if request["op"] in ("run", "run_anew"):
                probe = self._probe(request["name"])
                # Not watched: what a module calls while it is imported is free.
                names = self._names if request["op"] == "run" else Names(self._module_anew(), self._guard)
                with self._guard.watching():
                    return probe(names, *args, **kwargs)
            with self._guard.watching():
                function = lookup(self._names, request["name"])
                if not callable(function):
                    raise TypeError(
                        f"{request['name']} is of type {type(function).__name__}, and not a function"
                    )
                result = function(*args, **kwargs)
            self._device.require_here(request["name"], [args, kwargs], result)
            return result

    def _module_anew(self) -> ModuleType:
        """Return the module as it is when it has just been imported. A notebook has no file: its module is returned."""
        file = getattr(self.module, "__file__", None)
        with self._guard.importing_again():
            return load_module(Path(file), fresh=True, helpers=self._helpers) if file else self.module

    def _probe(self, name: str) -> Callable[..., Any]:
        for module in self._probes:
            if callable(probe := getattr(module, name, None)):
                return probe
        raise endings.BoxFault(f"no probe is called {name!r}")


def seed_everything(seed: int) -> None:
    """Seed torch, numpy's global generator and random, the generators a submission may draw from."""
    # torch.manual_seed formats three stack traces for accelerators that are not there: 0.5 ms a call.
    torch.default_generator.manual_seed(seed)
    if torch.cuda.is_initialized():
        torch.cuda.manual_seed_all(seed)
    np.random.seed(seed % 2**32)
    random.seed(seed)


def _is_plain(value: Any) -> bool:
    """Return True when nothing in it is of a class of the submission's."""
    kind = type(value)
    if kind is dict:
        return set(map(type, value)) <= _PLAIN and _is_plain(list(value.values()))
    if kind is list or kind is tuple:
        return set(map(type, value)) <= _PLAIN or all(map(_is_plain, value))
    return kind in _PLAIN


def explain(error: BaseException, folder: Path) -> dict[str, Any]:
    """Return an exception out of a session as a reply, in words and names only."""
    where = _where(error, folder)
    text = cleaned(f"{error}{_cause(error, folder)}")[:_LONGEST_TEXT]
    if isinstance(error, SyntaxError) and "null bytes" in text:
        text += ": it is in another encoding, such as UTF-16, or damaged. Save it as UTF-8"
    if isinstance(error, NameError) and error.name in _OF_JSON and _is_json(error):
        text += ". It is a notebook under the name of a module: save it as Python, or name it .ipynb"
    if isinstance(error, endings.Ended):
        return {"ended": type(error).__name__, "text": error.text, "where": where}
    if isinstance(error, NotImplementedError):
        return {"ended": "NotImplementedYet", "text": text, "where": where}
    if isinstance(error, MemoryError) or "can't allocate memory" in text or "out of memory" in text:
        return {"ended": "MemoryLimit", "text": text, "where": where}
    classes = tuple(c.__name__ for c in type(error).__mro__ if c is not object)
    return {"ended": "StudentError", "classes": classes, "text": text, "where": where}


def cleaned(text: str) -> str:
    """Return a text without what differs from run to run: addresses, folders of boxes, names of loaded modules."""
    return _TEMPORARY.sub("…", shown(_ADDRESS.sub("0x…", _MODULE.sub("", text))))


def error_from(reply: dict[str, Any]) -> BaseException:
    """Return the exception that a reply with "ended" stands for; Crashed for a reply of another shape."""
    kind, text, where = (str(reply.get(k, "")) for k in ("ended", "text", "where"))
    text, where = text[:_LONGEST_TEXT], where[:_LONGEST_TEXT]
    if kind == "StudentError":
        given = reply.get("classes")
        names = given[:_MOST_CLASSES] if isinstance(given, (list, tuple)) else ()
        return endings.StudentError(tuple(str(c)[:80] for c in names) or ("Exception",), text, where)
    for ended in (endings.NotImplementedYet, endings.ForbiddenCall, endings.MemoryLimit, endings.Broken):
        if kind == ended.__name__:
            return ended(text, where)
    return endings.Crashed("the sandbox sent a malformed reply")


def _place(module: ModuleType) -> str:
    """Return the file of a module, or the folder of a package, by name alone: the walls may be up already."""
    file = Path(module.__file__ or "")
    return f"{file.parent}{os.sep}" if file.name == "__init__.py" else str(file)


def _cause(error: BaseException, folder: Path) -> str:
    """Return why a name, module or file is missing, where a notebook's cell that failed or was left out may be why."""
    if not isinstance(error, _MISSING):
        return ""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    names = next(
        (f.f_globals for f in reversed(frames) if LEFT_OUT in f.f_globals or ERRORS in f.f_globals), {}
    )
    known, left_out = names.get(ERRORS), names.get(LEFT_OUT)
    cause = known.get(error.name) if isinstance(known, dict) and isinstance(error, NameError) else None
    why = ""
    if isinstance(cause, Exception):
        why = f". It is missing because of {type(cause).__name__}: {cause} ({_where(cause, folder)})"
    if isinstance(left_out, list) and left_out and isinstance(cause or error, _MISSING):
        why += f". What only a notebook does is left out when it is graded: {'; '.join(map(str, left_out))}"
    return why


def _is_json(error: BaseException) -> bool:
    """Return True for an exception out of a file that begins as JSON does."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return bool(frames) and linecache.getline(frames[-1].f_code.co_filename, 1).startswith("{")


def _where(error: BaseException, folder: Path) -> str:
    """Return the innermost line of the submission that the exception came through."""
    if isinstance(error, SyntaxError) and (source := error.filename):
        in_cell = source.startswith("cell ")  # of a notebook, see grader.intake.submission.extraction
        if in_cell or Path(source).is_relative_to(folder):
            return f"{Path(source).name}, line {error.lineno}: {(error.text or '').strip()}"
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(folder):
            return place(str(file), line, frame.f_code.co_name)
    return ""
