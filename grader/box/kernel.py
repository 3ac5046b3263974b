"""The box of a notebook: the definitions of its cells, in the kernel itself.

Like the direct box it has no walls. The module is the kernel's own namespace, so that nothing is imported and a
debugger finds the cell's own lines.
"""

from __future__ import annotations

import linecache
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.box import session
from grader.box.direct import DirectBox
from grader.box.guard import Guard
from grader.box.settings import Settings
from grader.course import Unit
from grader.course.loading import HelperModules


class KernelBox(DirectBox):
    """Calls into the definitions of the notebook so far.

    main:     its namespace, the module __main__
    settings: what its cells have set for the process
    """

    tier = "kernel"

    def __init__(
        self, unit: Unit, main: ModuleType, settings: Settings, *, cpu_seconds: float | None
    ) -> None:
        super().__init__(_file_of_a_cell(), unit.probes, unit.forbidden, cpu_seconds=cpu_seconds)
        self._main = main
        self._settings = settings

    def restart(self) -> None:
        """Do nothing: a notebook's definitions are not imported anew."""

    def _helpers(self) -> HelperModules:
        return HelperModules()  # the kernel imports them by itself, from the folder that it works in

    def _import(self, helpers: HelperModules, guard: Guard) -> ModuleType:
        return self._main

    def _explain(self, error: BaseException, box: session.Session) -> dict[str, Any]:
        reply = session.explain(error, box.folder)
        for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
            if frame.f_globals is vars(self._main):
                file = frame.f_code.co_filename
                source = linecache.getline(file, line).strip()
                reply["where"] = f"{_cell(file)}, line {line}, in {frame.f_code.co_name}: {source}"
                break
        return reply


def _file_of_a_cell() -> Path:
    """Return a file in the folder that cells seem to come from, by which the watchdog knows their lines."""
    shell = _shell()
    name = getattr(getattr(shell, "compile", None), "get_code_name", None)
    try:
        return Path(name("", "", 0)) if name else Path("notebook")
    except Exception:  # of IPython's own code; only a line number depends on it
        return Path("notebook")


def _cell(file: str) -> str:
    """Return the cell that a file name of the kernel stands for, by the number shown beside it."""
    numbers = getattr(getattr(_shell(), "compile", None), "_filename_map", None)
    number = numbers.get(file) if isinstance(numbers, dict) else None
    return (
        f"cell [{number}]"
        if number
        else "a cell"
        if "ipython" in file or "ipykernel" in file
        else Path(file).name
    )


def _shell() -> Any:
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None
