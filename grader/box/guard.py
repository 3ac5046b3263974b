"""The guard: notices when a submission calls the library function that would do the unit's work.

It goes by the function that is called, not by the name it was imported under. Two hooks see the calls:
- torch's own functions and tensor methods, by a TorchFunctionMode: also through functools.partial, map,
  operator.methodcaller and torch.ops;
- Python functions (scipy, torch.nn.init, the forward of a torch layer) by the hook for profiling, or for
  tracing, which is not called when they return or call C; C functions in other threads by the former.

The stack decides who made the call: the nearest caller outside of libraries. A layer of torch.nn or an
optimizer of torch.optim may use anything inside (nn.Linear calls torch.nn.init). So may probes and the
kit, except under a name of the submission (names.py): that is the student's call. Code that shares a
process with the guard could remove it: this stops honest shortcuts and most tricks, not a determined
forger.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from types import FrameType, FunctionType
from typing import Any, NoReturn

import torch
from torch.overrides import TorchFunctionMode

from grader.box.called import code_name, receiver_of, torch_names
from grader.endings import ForbiddenCall

# Ways of compiling Python out of the guard's sight. No unit needs them.
ALWAYS_FORBIDDEN = (
    "torch.jit._script.script",
    "torch.jit._trace.trace",
    "torch.jit._script.script_method",
    "torch.compile",
    "torch._dynamo.*.optimize",
    "torch.utils.cpp_extension.*",
)
_NO_DYNAMO = "TORCHDYNAMO_DISABLE"
_TORCH = os.path.dirname(torch.__file__) + os.sep  # noqa: PTH120 - compared with frames' file names, as text
_INSTALLED = [sysconfig.get_path(k) for k in ("stdlib", "platstdlib", "purelib", "platlib")]
_LIBRARIES = tuple(
    {p + os.sep for p in _INSTALLED}
    | {os.path.realpath(p) + os.sep for p in _INSTALLED}
    | {_TORCH, os.path.dirname(os.__file__) + os.sep, "<frozen "}  # noqa: PTH120
)
_MACHINERY = (_TORCH + "nn/modules/module.py", _TORCH + "nn/modules/container.py")
_LAYERS = (_TORCH + "nn/modules/", _TORCH + "optim/")
_KIT = os.path.dirname(os.path.dirname(os.path.realpath(__file__))) + os.sep  # noqa: PTH120


class Guard:
    """Watches calls while it is entered, and raises ForbiddenCall at the first forbidden one.

    patterns: fnmatch patterns (case matters) for the dotted place of definition of what is called, such as
    "torch.Tensor.logsumexp" or "torch.nn.init.*".
    exempt:   folders or files whose code may call anything (probes).
    alone:    True in a process that nobody debugs: watching through the hook for tracing costs less there

    Without patterns it watches nothing, for there is nothing to hide from it.
    """

    def __init__(self, patterns: Sequence[str], exempt: Sequence[str] = (), *, alone: bool = False) -> None:
        self._patterns = (*patterns, *ALWAYS_FORBIDDEN) if patterns else ()
        self._exempt = (_KIT, *exempt)
        self._verdicts: dict[Any, str | None] = {}
        self._mode = _TorchCalls(self)
        self._alone = alone
        self._classes: dict[int, tuple[type, str]] = {}  # the submission's, with their names, by id
        self.caught: str | None = None

    @property
    def idle(self) -> bool:
        """True when nothing is forbidden, so that it watches nothing."""
        return not self._patterns

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch the body. Raise ForbiddenCall at the end, too, if the submission swallowed the first one."""
        self.caught = None
        if self.idle:
            yield
            return
        with self._mode, self._hooked():
            yield
        if self.caught:
            raise ForbiddenCall(self.caught)

    @contextmanager
    def _hooked(self) -> Iterator[None]:
        """Watch Python functions, and threads. Leave them alone where a profiler or a debugger is at work."""
        hooked = sys.gettrace() if self._alone else sys.getprofile()
        if hooked is not None:
            yield
            return
        threading.setprofile(self._profile_of_a_thread)
        self._hook(self._profile)
        try:
            yield
        finally:
            self._hook(None)
            threading.setprofile(None)  # type: ignore[arg-type]

    def _hook(self, function: Callable[[FrameType, str, Any], None] | None) -> None:
        if self._alone:
            sys.settrace(function)
        else:
            sys.setprofile(function)

    def remember(self, name: str, cls: type) -> None:
        """Count what `cls`, looked up under this name of the submission, inherits as the student's."""
        self._classes[id(cls)] = (cls, name)

    def refuse_library_class(self, name: str, cls: type) -> None:
        """Raise ForbiddenCall if `cls`, a library's own, is forbidden."""
        if forbidden := self._match(f"{cls.__module__}.{cls.__qualname__}"):
            self.forbid(forbidden, f"{name} is")

    def forbid(self, call: str, whose: str = "") -> NoReturn:
        """Raise ForbiddenCall for this library call. whose: "nll is", if a name of the submission is bound to it."""
        self.caught = (
            f"{whose} {call.removesuffix('.__init__').removesuffix('.forward')}, which this unit asks you to write"
            if whose
            else f"{call} does the work of this unit: write it yourself"
        )
        raise ForbiddenCall(self.caught)

    def seen_by_torch(self, func: Callable[..., Any], caller: FrameType | None) -> None:
        """Judge a torch function or tensor method that is about to be called."""
        if func not in self._verdicts:
            self._verdicts[func] = self._match(*torch_names(func))
        if name := self._verdicts[func]:
            self._judge(name, caller)

    def _profile(self, frame: FrameType, event: str, arg: Any) -> None:
        if event == "call":
            code = frame.f_code
            if code not in self._verdicts:
                self._verdicts[code] = self._match(code_name(code, frame))
            if name := self._verdicts[code]:
                self._judge(name, frame.f_back, receiver_of(frame))

    def _profile_of_a_thread(self, frame: FrameType, event: str, arg: Any) -> None:
        """Watch C functions in a submission's own threads, which the mode does not reach."""
        self._profile(frame, event, arg)
        if event == "c_call":
            if arg not in self._verdicts:
                self._verdicts[arg] = self._match(*torch_names(arg))
            if name := self._verdicts[arg]:
                self._judge(name, frame)

    def _match(self, *names: str) -> str | None:
        return next((n for n in names for p in self._patterns if fnmatchcase(n, p)), None)

    def _judge(self, name: str, frame: FrameType | None, receiver: Any = None) -> None:
        whose = self._whose(frame, receiver)
        if whose is not None:
            self.forbid(name, whose)

    def _whose(self, frame: FrameType | None, receiver: Any) -> str | None:
        """Return how a name of the submission leads to the call; "" for its own code, None for others' calls."""
        while frame is not None:
            if frame.f_code is _call.__code__:
                return f"{frame.f_locals['name']} is"
            file = frame.f_code.co_filename
            if file.startswith(_LAYERS) and file not in _MACHINERY:
                return None
            if not file.startswith(_LIBRARIES) or file.startswith(self._exempt):
                return self._inheriting(receiver) if file.startswith(self._exempt) else ""
            frame = frame.f_back
        return None

    def _inheriting(self, receiver: Any) -> str | None:
        """Return the same for a method, by the class of its object; None unless that is of the submission."""
        cls = receiver if issubclass(type(receiver), type) else type(receiver)
        known = (self._classes.get(id(base)) for base in type.mro(cls))
        return next((f"{found[1]} inherits" for found in known if found), None)


def under_a_name(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that calls `function`, and whose calls the guard counts as the student's."""
    return lambda *args, **kwargs: _call(name, function, args, kwargs)


def _call(name: str, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return function(*args, **kwargs)


def is_own(function: Any) -> bool:
    """Return True for a Python function outside of libraries, whose code the guard finds on the stack."""
    return isinstance(function, FunctionType) and not _in_library(function.__code__.co_filename)


def is_of_library(cls: type) -> bool:
    """Return True when a library, or Python itself, defines the class under this name."""
    home = sys.modules.get(cls.__module__)
    defined_there = getattr(home, cls.__qualname__, None) is cls
    return defined_there and _in_library(getattr(home, "__file__", None))


def _in_library(file: str | None) -> bool:
    """Return True when a file (None: of a builtin) belongs to Python or to an installed package."""
    return file is None or file.startswith(_LIBRARIES)


@contextmanager
def nothing_compiled() -> Iterator[None]:
    """In the body, torch.jit and torch.compile return functions unchanged, for the guard sees only Python."""
    jit, dynamo = torch.jit._state._enabled.enabled, os.environ.get(_NO_DYNAMO)
    torch.jit._state.disable()
    os.environ[_NO_DYNAMO] = "1"
    try:
        yield
    finally:
        torch.jit._state._enabled.enabled = jit
        os.environ.pop(_NO_DYNAMO)
        if dynamo is not None:
            os.environ[_NO_DYNAMO] = dynamo


class _TorchCalls(TorchFunctionMode):
    def __init__(self, guard: Guard) -> None:
        super().__init__()
        self._guard = guard
        self._verdicts = guard._verdicts

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        if self._verdicts.get(func, True):  # nearly every call is to a function that is known to be allowed
            self._guard.seen_by_torch(func, sys._getframe(1))
        return func(*args, **kwargs) if kwargs else func(*args)
