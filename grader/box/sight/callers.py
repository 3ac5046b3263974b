"""Whose call it is, read off the stack: that of the nearest caller outside of libraries."""

from __future__ import annotations

import functools
import os
import sys
import sysconfig
from collections.abc import Callable, Collection
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import torch

STUDENT, NOBODY, KIT = "student", "nobody", "kit"

_TORCH = os.path.dirname(torch.__file__) + os.sep  # noqa: PTH120 - compared with frames' file names, as text
_INSTALLED = [sysconfig.get_path(k) for k in ("stdlib", "platstdlib", "purelib", "platlib")]
_LIBRARIES = tuple(
    {p + os.sep for p in _INSTALLED}
    | {os.path.realpath(p) + os.sep for p in _INSTALLED}
    | {_TORCH, os.path.dirname(os.__file__) + os.sep, "<frozen "}  # noqa: PTH120
)
_MACHINERY = (_TORCH + "nn/modules/module.py", _TORCH + "nn/modules/container.py")
_LAYERS = (_TORCH + "nn/modules/", _TORCH + "optim/")
_KIT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))) + os.sep  # noqa: PTH120
_MODES = ("__torch_function__", "__torch_dispatch__")  # a probe's mode passes on calls that it has not made
_Cached = type(functools.lru_cache(len))
_WATCHING = tuple(f"{_KIT}box{os.sep}{part}" for part in ("guard.py", f"sight{os.sep}", f"devices{os.sep}"))


def in_library(file: str | None) -> bool:
    """Return True when a file (None: of a builtin) belongs to Python or to an installed package."""
    return file is None or file.startswith(_LIBRARIES)


def under_a_name(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that calls `function`, and whose calls the guard counts as the student's."""
    return lambda *args, **kwargs: _call(name, function, args, kwargs)


def _call(name: str, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return function(*args, **kwargs)


def is_own(function: Any) -> bool:
    """Return True for a Python function outside of libraries, whose code the guard finds on the stack."""
    return isinstance(function, FunctionType) and not in_library(function.__code__.co_filename)


def is_of_library(cls: type) -> bool:
    """Return True when a library, or Python itself, defines the class under this name."""
    home = sys.modules.get(cls.__module__)
    defined_there = getattr(home, cls.__qualname__, None) is cls
    return defined_there and in_library(getattr(home, "__file__", None))


class Callers:
    """Reads stacks.

    exempt: folders or files, besides the kit, whose code may call anything that it names
    closed: True to know no modules but those of `remember_modules`: a submission can put others into sys.modules, under
            any file's name, and functions into those that are there
    """

    def __init__(self, exempt: Collection[str], *, closed: bool = False) -> None:
        self._exempt = (_KIT, *exempt)
        self._closed = closed
        self._modules: dict[str, _Module] = _remembered if closed else {}

    def of(self, frame: FrameType | None, names: Collection[str], *, in_layers: bool) -> str:
        """Return STUDENT, KIT or NOBODY, for a call made from `frame`; or "NAME is" for one under a student's name.

        names: those by which code can refer to what is called
        in_layers: whether layers and optimizers of torch may make this call, if their own code names it: what they
                   were handed to call (an activation, a closure) is the student's
        Where no code of anybody is on the stack, in a thread, it is the student's: nobody else starts any.
        """
        reached = set(names)  # names of all that is on the stack so far
        # Names of what the next caller has to name, if it is to have chosen the call by itself.
        link = set(names)
        while frame is not None:
            code = frame.f_code
            if code is _call.__code__:
                return f"{frame.f_locals['name']} is"
            file = code.co_filename
            if file.startswith(self._exempt):
                looks_on = file.startswith(_WATCHING) or code.co_name in _MODES
                if not looks_on and (module := self._module(frame)):
                    return KIT if reached & module.names else STUDENT
            elif not file.startswith(_LIBRARIES):
                return STUDENT
            elif file.startswith(_LAYERS) and file not in _MACHINERY:
                if in_layers and not link.isdisjoint(code.co_names) and self._module(frame):
                    return NOBODY
            else:
                own = names_of_code(code)
                reached |= own
                if not link.isdisjoint(code.co_names):
                    link = own
            frame = frame.f_back
        return STUDENT

    def _module(self, frame: FrameType) -> _Module | None:
        """Return the module that the frame's code belongs to; None for code that only claims to be from its file."""
        code = frame.f_code
        module = self._modules.get(code.co_filename)
        if module is None:
            if self._closed:
                return None
            found = [m for m in list(sys.modules.values()) if _file_of(m) == code.co_filename]
            if not found:
                return None
            module = self._modules[code.co_filename] = _Module(found[0])
        return module if id(code) in module.codes else None


_remembered: dict[str, _Module] = {}  # by file


def remember_modules() -> None:
    """Read which code belongs to layers, kit and probes as they are now. What was read before stays as it was."""
    for module in list(sys.modules.values()):
        file = _file_of(module)
        if file is None or file in _remembered:
            continue
        if file.startswith((_KIT, *_LAYERS)) or not file.startswith(_LIBRARIES):
            _remembered[file] = _Module(module)


class _Module:
    """The code of a module, by id, and the names that occur in it."""

    def __init__(self, module: ModuleType) -> None:
        self.codes: dict[int, CodeType] = {}
        file = _file_of(module)
        for function in functions_of(module):
            if function.__code__.co_filename == file:
                self._add(function.__code__)
        self.names = {name for code in self.codes.values() for name in code.co_names}

    def _add(self, code: CodeType) -> None:
        """Note it, with what is defined in it."""
        self.codes[id(code)] = code
        for inner in code.co_consts:
            if isinstance(inner, CodeType):
                self._add(inner)


def functions_of(module: ModuleType) -> list[FunctionType]:
    """Return a module's functions: those that it names, its classes' methods, and what decorators have wrapped."""
    found = _Functions(module)
    for value in list(vars(module).values()):
        found.gather(value)
    return found.all


class _Functions:
    def __init__(self, module: ModuleType) -> None:
        self.all: list[FunctionType] = []
        self._name = module.__name__
        self._met: set[int] = set()  # classes and wrapped functions, which may lead back to themselves

    def gather(self, value: Any) -> None:
        kind = type(value)  # isinstance asks the value itself, which may have any code
        if kind is FunctionType or issubclass(kind, type):
            if id(value) in self._met:
                return
            self._met.add(id(value))
        if kind is FunctionType:
            self.all.append(value)
            for cell in value.__closure__ or ():
                self.gather(_content(cell))
            self.gather(vars(value).get("__wrapped__"))
        elif issubclass(kind, type):
            if value.__module__ == self._name:
                for part in list(vars(value).values()):
                    self.gather(part)
        elif kind in (staticmethod, classmethod):
            self.gather(value.__func__)
        elif kind is property:
            for part in (value.fget, value.fset, value.fdel):
                self.gather(part)
        elif kind is _Cached:
            self.gather(value.__wrapped__)


def names_of_code(code: CodeType) -> set[str]:
    """Return the names by which other code refers to a function: its own; for a method its class's, too."""
    parts = code.co_qualname.split(".")
    return {parts[-1], *parts[:1]} if "<locals>" not in parts else {parts[-1]}


def module_of_file(file: str) -> str:
    """Return the dotted name of the module of an installed package in this file; "" if it is not one."""
    for folder in _LIBRARIES:
        if file.startswith(folder) and file.endswith(".py"):
            found = file[len(folder) : -3].replace(os.sep, ".").removesuffix(".__init__")
            return f"torch.{found}" if folder == _TORCH else found.removeprefix("site-packages.")
    return ""


def _file_of(module: Any) -> str | None:
    file = getattr(module, "__file__", None) if type(module) is ModuleType else None
    return file if type(file) is str else None


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # it is empty
        return None
