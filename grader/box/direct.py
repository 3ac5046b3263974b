"""The box without a wall: the submission runs in this process, where a debugger can step into it.

Nothing here needs fork, resource or fcntl: it is how a student's own pytest runs, on any system. What
crosses is still encoded and decoded, so that tests see the same values in both modes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from grader import endings
from grader.box import session, settings, wire
from grader.box.devices.device import Device
from grader.box.guard import Guard
from grader.box.sight.compiling import nothing_compiled
from grader.box.watchdog import Watchdog
from grader.course import Unit, load_module
from grader.course.loading import HelperModules


def answer_key_of(unit: Unit, forbidden: tuple[str, ...] = ()) -> DirectBox:
    """Return the unit's answer key, in this process, for it is trusted. `forbidden`: calls to guard all the same."""
    return DirectBox(
        unit.reference,
        unit.probes,
        forbidden,
        cpu_seconds=None,
        dependencies=unit.reference_dependencies,
        trusted=True,
    )


class DirectBox:
    """Calls into the module at `path`, in this process. The module is imported at the first call.

    dependencies: folders besides its own whose modules it may import
    device:       the device that its tensors live on, one of gpus.NAMES
    unreadable:   the reason why there is no module to import, if there is none
    passes_over:  the files that it may not import, though they lie there: see HelperModules
    trusted:      True for the kit's own code, which changes no settings of the process
    alone:        True in a process that nobody debugs, where the guard costs less
    """

    tier = "direct"

    def __init__(
        self,
        path: Path,
        probes: Path | None,
        forbidden: tuple[str, ...],
        *,
        cpu_seconds: float | None,
        dependencies: Sequence[Path] = (),
        device: str = "cpu",
        unreadable: str = "",
        alone: bool = False,
        passes_over: Callable[[Path], bool] = lambda file: False,
        trusted: bool = False,
    ) -> None:
        self.path = path
        self.device = device
        self._dependencies = dependencies
        self._passes_over = passes_over
        self._probes = probes
        self._forbidden = forbidden
        self._cpu_seconds = cpu_seconds
        self._share = 1.0
        self._session: session.Session | None = None
        self._unreadable = unreadable
        self._alone = alone
        self._broken: endings.Broken | None = None
        self._watchdog = Watchdog(path.parent)
        self._trusted = trusted
        self._settings: settings.Settings | None = None  # what the module has left, once it is imported

    def open(self) -> None:
        """Import the module now, and not at the first call. Raise Broken when that fails."""
        with self._own_settings():
            self._ready()

    def begin_test(self, share: float = 1.0) -> None:
        """Give each call this share of the time limit. A whole test has no limit here."""
        self._share = share

    def rewind(self) -> None:
        """Do nothing: the module is called again."""

    def restart(self) -> None:
        """Forget the module; the next call imports it anew."""
        self._session = self._broken = self._settings = None

    def close(self) -> None:
        """Do nothing: the module runs in this process."""

    def request(self, op: str, name: str, args: Any, kwargs: Any, seed: int | None) -> Any:
        """Return the value of `name(*args, **kwargs)`. Raise the exceptions of endings.py."""
        with self._own_settings():
            return self._request(op, name, args, kwargs, seed)

    @contextlib.contextmanager
    def _own_settings(self) -> Iterator[None]:
        """Within the body the process has the settings that the module left; after it, those of before."""
        if self._trusted:
            yield
            return
        left: list[settings.Settings] = []
        try:
            with settings.exchanged(self._settings) as left:
                yield
        finally:
            if left:
                self._settings = left[0]

    def _request(self, op: str, name: str, args: Any, kwargs: Any, seed: int | None) -> Any:
        box = self._ready()
        request = {"op": op, "name": name, "args": list(args), "kwargs": dict(kwargs), "seed": seed}
        try:
            request = wire.copy(request)
            if self._cpu_seconds is None:
                return box.perform(request, wire.copy)
            with self._watchdog.watching(self._cpu_seconds * self._share):
                return box.perform(request, wire.copy)
        except (KeyboardInterrupt, endings.TimeLimit):
            raise
        except BaseException as error:
            if type(error).__module__ in ("bdb", "_pytest.outcomes"):  # leaving the debugger
                raise
            reply = self._explain(error, box)
            # The student's own frames stay in the traceback, so that pytest --pdb opens in them.
            raise session.error_from(reply).with_traceback(error.__traceback__) from None

    def _explain(self, error: BaseException, box: session.Session) -> dict[str, Any]:
        return session.explain(error, box.folder)

    def _ready(self) -> session.Session:
        if self._broken:
            raise self._broken
        if self._session is None:
            (device := Device(self.device)).start()
            helpers = self._helpers()
            guard = Guard(self._forbidden, alone=self._alone)
            module = self._import(helpers, guard)
            self._session = session.Session(module, self._probes, guard, device, helpers)
        return self._session

    def _helpers(self) -> HelperModules:
        return HelperModules(self.path.parent.resolve(), *self._dependencies, passes_over=self._passes_over)

    def _import(self, helpers: HelperModules, guard: Guard) -> ModuleType:
        if self._unreadable:
            raise endings.Broken(self._unreadable)
        if not self.path.exists():
            raise endings.Broken(f"there is no file {self.path}")
        try:
            with nothing_compiled(), guard.importing():
                if self._cpu_seconds is None:
                    return load_module(self.path, fresh=True, helpers=helpers)
                with self._watchdog.watching(self._cpu_seconds):
                    return load_module(self.path, fresh=True, helpers=helpers)
        except endings.TimeLimit as error:
            self._broken = endings.Broken(f"importing it takes {error.text}", error.where)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if type(error).__module__ == "_pytest.outcomes":  # leaving the debugger
                raise
            reply = session.explain(error, self.path.parent.resolve())
            self._broken = endings.Broken(f"{type(error).__name__}: {reply['text']}", reply["where"])
            raise self._broken.with_traceback(error.__traceback__) from None
        raise self._broken
