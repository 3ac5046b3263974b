"""The box of a notebook: what its cells have defined, in the kernel, where they are at work.

Like the direct box it has no wall. The module is the kernel's own namespace, so that nothing is imported and a
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
from grader.course import Unit
from grader.course.loading import HelperModules


class LiveBox(DirectBox):
    """Calls into what the notebook has defined so far; `main` is its namespace, the module __main__."""

    tier = "live"

    def __init__(self, unit: Unit, main: ModuleType, *, cpu_seconds: float | None) -> None:
        super().__init__(_place_of_cells(), unit.probes, unit.forbidden, cpu_seconds=cpu_seconds)
        self._main = main

    def restart(self) -> None:
        """Nothing to do: what a notebook has defined is not imported anew."""

    def _helpers(self) -> HelperModules:
        return HelperModules()  # the kernel imports them by itself, from the folder that it works in

    def _import(self, helpers: HelperModules) -> ModuleType:
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


def _place_of_cells() -> Path:
    """A file as those that cells seem to come from, so that the watchdog knows a cell's lines by their folder."""
    shell = _shell()
    name = getattr(getattr(shell, "compile", None), "get_code_name", None)
    try:
        return Path(name("", "", 0)) if name else Path("notebook")
    except Exception:  # IPython's own affair, of which nothing but a line number depends here
        return Path("notebook")


def _cell(file: str) -> str:
    """The cell that a file name of the kernel's stands for, by the number that is shown beside it."""
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
