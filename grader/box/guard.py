"""The guard: notices when a submission calls the library function that would do the unit's work.

It goes by the function that is called, not by the name it was imported under. It sees
- torch's own functions and tensor methods, by a TorchFunctionMode: also through functools.partial, map,
  operator.methodcaller and torch.ops;
- the operators that they stand on, wherever they run: compiled, in layers, in threads (sight/operators.py);
- Python functions (scipy, torch.nn.init, the forward of a torch layer) in a box by fronts before them
  (sight/fronts.py); elsewhere by the hook for profiling, or for tracing, which slow all of Python down;
- C functions in other threads by the hook for profiling;
- numpy's universal functions, which stand in place of themselves (sight/functions.py).

The stack decides who made the call (sight/callers.py): the nearest caller outside of libraries. A layer of torch.nn
or an optimizer of torch.optim may use inside what its own code names (nn.Linear calls torch.nn.init), but operators
only where that is not what the unit asks for. So may probes and the kit, except under a name of the submission
(names.py): that is the student's call. In a box all is watched from the import on, also between two calls. Code that
shares a process with the guard could remove it: this stops honest shortcuts and most tricks, not a determined forger
(docs/security/guard.md).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from types import CodeType, FrameType, FunctionType
from typing import Any

from torch.overrides import TorchFunctionMode

from grader.box.sight import fronts, functions, hooks, operators, threads
from grader.box.sight.called import places_of, receiver_of, torch_names
from grader.box.sight.callers import (
    KIT,
    NOBODY,
    STUDENT,
    Callers,
    in_library,
    names_of_code,
    remember_modules,
)
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


class Guard:
    """Watches calls while it is entered, and raises ForbiddenCall at the first forbidden one.

    patterns: fnmatch patterns (case matters) for the dotted place of definition of what is called, such as
    "torch.Tensor.logsumexp" or "torch.nn.init.*".
    exempt:   folders or files whose code may call anything (probes).
    alone:    True in a process that nobody debugs: watching through the hook for tracing costs less there
    for_good: True in a process that is the submission's alone, until it ends: nobody else gets at the hooks there

    Without patterns it watches nothing, for there is nothing to hide from it.
    """

    def __init__(
        self,
        patterns: Sequence[str],
        exempt: Sequence[str] = (),
        *,
        alone: bool = False,
        for_good: bool = False,
    ) -> None:
        self._patterns = (*patterns, *ALWAYS_FORBIDDEN) if patterns else ()
        self._matches = operators.matcher(self._patterns)
        self._operators = operators.forbidden_operators(tuple(patterns)) if patterns else {}
        self._callers = Callers(exempt)
        self._verdicts: dict[Any, str | None] = {}
        self._profile = self._hook_for_python()
        self._mode = _TorchCalls(self)
        self._alone = alone
        self._for_good = for_good
        self._numpy = functions.Replaced(self._patterns, self._seen_in_numpy)
        self._active = False  # calls are being watched, and not only threads
        self._told = True  # by an exception at once; between two calls at the next one
        self._executed: list[CodeType] = []  # of libraries, while the module is imported
        self._hooked_for_good = False
        self._classes: dict[int, tuple[type, str]] = {}  # the submission's, with their names, by id
        self.caught: str | None = None

    @classmethod
    def prepare(cls, patterns: Sequence[str]) -> None:
        """Look for what these patterns forbid, in a process that is to be forked for submissions."""
        if not (guard := cls(patterns)).idle:
            remember_modules()
            fronts.put(guard._patterns)

    @property
    def idle(self) -> bool:
        """True when nothing is forbidden, so that it watches nothing."""
        return not self._patterns

    def exempt(self, places: Sequence[str]) -> None:
        """Let the code in these folders or files call anything, too."""
        self._callers = Callers(places, closed=self._for_good)

    @contextmanager
    def importing(self) -> Iterator[None]:
        """In the body the module is imported. What it calls meanwhile is free; what it keeps for later is watched.

        In a process that is the submission's, all is watched from then on, whoever is at work: code of the submission
        may also run while a request is read or a result is on its way.
        """
        if self.idle:
            yield
            return
        with self._in_place():
            if self._for_good:
                hooks.keep(self._executes)
                remember_modules()
                self._callers = Callers((), closed=True)
            yield
        if self._for_good:
            self._watch_for_good()

    def _watch_for_good(self) -> None:
        fronts.put(self._patterns)
        fronts.listen(self._seen_function)
        operators.listen(self._seen_operator)
        self._hooked_for_good = not all(fronts.covers(code, self._patterns) for code in self._executed)
        self._active, self._told = True, False

    def _executes(self, code: CodeType) -> None:
        """Use the hook as well once code of a library runs elsewhere than on import: its functions have no fronts."""
        if not in_library(code.co_filename):
            return
        if not self._active:
            self._executed.append(code)
        elif not fronts.covers(code, self._patterns):
            self._hooked_for_good = True
            self._hook(self._profile)

    @contextmanager
    def importing_again(self) -> Iterator[None]:
        """In the body, too, all calls are free."""
        before, self._active = self._active, False
        try:
            yield
        finally:
            self._active = before

    @contextmanager
    def _in_place(self) -> Iterator[None]:
        """In the body, or from now on for good, threads are watched, and functions stand in for numpy's."""
        leave_threads_alone = threads.watch(self._profile_of_a_thread)
        self._numpy.put()
        try:
            yield
        finally:
            if not self._for_good:
                self._numpy.take_away()
                leave_threads_alone()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch the body. Raise ForbiddenCall at the end, too, if the submission swallowed the first one.

        Raise it for a call since the last body as well, where all is watched.
        """
        if self.idle:
            yield
            return
        try:
            with self._mode, self._told_at_once() if self._for_good else self._hooked():
                yield
        except ForbiddenCall:
            raise
        except Exception:
            if self.caught:  # code in C has put another exception in its place
                raise ForbiddenCall(self.caught) from None
            raise
        else:
            self.require_nothing_caught()
        finally:
            self.caught = None

    def require_nothing_caught(self) -> None:
        """Raise ForbiddenCall if a forbidden call was made that has not been told yet."""
        if caught := self.caught:
            self.caught = None
            raise ForbiddenCall(caught)

    @contextmanager
    def _told_at_once(self) -> Iterator[None]:
        if self._hooked_for_good and sys.gettrace() is None:  # Python takes it away when it has raised
            self._hook(self._profile)
        self._told = True
        try:
            yield
        finally:
            self._told = False

    @contextmanager
    def _hooked(self) -> Iterator[None]:
        """Watch all but torch's functions. Leave Python's alone where a profiler or a debugger is at work."""
        hooked = sys.gettrace() if self._alone else sys.getprofile()
        with ExitStack() as stack:
            stack.enter_context(operators.listening(self._seen_operator))
            if hooked is None:
                stack.enter_context(self._in_place())
                self._hook(self._profile)
            self._active = True
            try:
                yield
            finally:
                self._active = False
                if hooked is None:
                    self._hook(None)

    @hooks.may_hook
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

    def forbid(self, call: str, whose: str = "") -> None:
        """Raise ForbiddenCall for this library call. whose: "nll is", if a name of the submission is bound to it.

        Between two calls no code is there to raise it into: it is kept for the next one.
        """
        self.caught = (
            f"{whose} {call.removesuffix('.__init__').removesuffix('.forward')}, which this unit asks you to write"
            if whose
            else f"{call} does the work of this unit: write it yourself"
        )
        if self._told:
            raise ForbiddenCall(self.caught)

    def seen_by_torch(self, func: Callable[..., Any], caller: FrameType | None) -> None:
        """Judge a torch function or tensor method that is about to be called."""
        if func not in self._verdicts:
            self._verdicts[func] = self._match(*torch_names(func))
        if name := self._verdicts[func]:
            self._judge(name, caller, {getattr(func, "__name__", ""), name.rsplit(".", 1)[-1]})

    def _seen_function(self, function: FunctionType, receiver: Any, caller: FrameType | None) -> None:
        if self._active:
            code = function.__code__
            if function not in self._verdicts:
                self._verdicts[function] = self._match(*places_of(code, function.__globals__))
            if name := self._verdicts[function]:
                self._judge(name, caller, names_of_code(code), receiver)

    def _seen_operator(self, operator: str, caller: FrameType | None) -> None:
        if self._active and (name := self._operators.get(operator)):
            # Code in a layer may be called for what it computes: attention is a softmax.
            self._judge(name, caller, {operator, name.rsplit(".", 1)[-1]}, in_layers=False)

    def _seen_in_numpy(self, name: str, caller: FrameType | None) -> None:
        if self._active and self._match(name):
            self._judge(name, caller, {name.rsplit(".", 1)[-1]})

    def _hook_for_python(self) -> Callable[[FrameType, str, Any], None]:
        """Return what Python calls when a function begins: nearly always one that is known to be allowed."""
        verdicts: dict[int, str | None] = {}  # by id: the hash of code is that of all its constants
        kept = []

        def hook(frame: FrameType, event: str, arg: Any) -> None:
            code = frame.f_code
            if verdicts.get(id(code), code) and event == "call" and self._active:
                if id(code) not in verdicts:
                    kept.append(code)
                    verdicts[id(code)] = self._match(*places_of(code, frame.f_globals))
                if name := verdicts[id(code)]:
                    self._judge(name, frame.f_back, names_of_code(code), receiver_of(code, frame.f_locals))

        return hook

    def _profile_of_a_thread(self, frame: FrameType, event: str, arg: Any) -> None:
        """Watch C functions in a submission's own threads, which the mode does not reach."""
        self._profile(frame, event, arg)
        if event == "c_call" and self._active:
            if arg not in self._verdicts:
                self._verdicts[arg] = self._match(*torch_names(arg))
            if name := self._verdicts[arg]:
                self._judge(name, frame, {getattr(arg, "__name__", "")})

    def _match(self, *names: str) -> str | None:
        return next(filter(self._matches, names), None)

    def _judge(
        self,
        name: str,
        frame: FrameType | None,
        called: set[str],
        receiver: Any = None,
        *,
        in_layers: bool = True,
    ) -> None:
        caller = self._callers.of(frame, called, in_layers=in_layers)
        if caller == STUDENT:
            self.forbid(name, self._inheriting(receiver) or "")
        elif caller == KIT:
            if whose := self._inheriting(receiver):
                self.forbid(name, whose)
        elif caller != NOBODY:
            self.forbid(name, caller)

    def _inheriting(self, receiver: Any) -> str | None:
        """Return the same for a method, by the class of its object; None unless that is of the submission."""
        cls = receiver if issubclass(type(receiver), type) else type(receiver)
        known = (self._classes.get(id(base)) for base in type.mro(cls))
        return next((f"{found[1]} inherits" for found in known if found), None)


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
