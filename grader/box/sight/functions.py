"""Functions written in C that no hook of Python sees: numpy's universal functions, told of under their own names."""

from __future__ import annotations

import sys
from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import lru_cache
from types import FrameType, ModuleType
from typing import Any

import numpy as np

Told = Callable[[str, FrameType | None], None]  # "numpy.logaddexp", and the caller's frame


class Watched:
    """Stands for a universal function, and tells of each call of it or of its methods."""

    def __init__(self, function: np.ufunc, told: Told) -> None:
        self._function = function
        self._told = told
        self.__doc__ = function.__doc__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self._told(f"numpy.{self._function.__name__}", sys._getframe().f_back)
        return self._function(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._function, name)
        if name.startswith("_") or not callable(value):
            return value

        def method(*args: Any, **kwargs: Any) -> Any:
            self._told(f"numpy.{self._function.__name__}", sys._getframe().f_back)
            return value(*args, **kwargs)

        return method


class Replaced:
    """The forbidden universal functions of numpy, and the Watched ones that can take their places in its modules."""

    def __init__(self, patterns: tuple[str, ...], told: Told) -> None:
        self._places = _places(tuple(p for p in patterns if p.startswith("numpy.")))
        watched = {id(f): Watched(f, told) for _, _, f in self._places}
        self._watched = [(module, name, watched[id(f)]) for module, name, f in self._places]

    def put(self) -> None:
        """Put these in place of numpy's own."""
        for module, name, value in self._watched:
            setattr(module, name, value)

    def take_away(self) -> None:
        """Put numpy's own in their places again."""
        for module, name, function in self._places:
            setattr(module, name, function)


@lru_cache
def _places(patterns: tuple[str, ...]) -> list[tuple[ModuleType, str, np.ufunc]]:
    """Return the places of universal functions that match: the module, the name in it, and what is there."""
    modules = [m for name, m in list(sys.modules.items()) if patterns and name.partition(".")[0] == "numpy"]
    return [
        (module, name, value)
        for module in modules
        for name, value in list(vars(module).items())
        if isinstance(value, np.ufunc) and any(fnmatchcase(f"numpy.{value.__name__}", p) for p in patterns)
    ]
