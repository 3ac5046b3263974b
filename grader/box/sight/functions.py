"""Functions written in C that no hook of Python sees: numpy's universal functions, told of under their own names."""

from __future__ import annotations

import sys
from collections.abc import Callable
from fnmatch import fnmatchcase
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
        ours = [p for p in patterns if p.startswith("numpy.")]
        self._watched = {
            f: Watched(f, told)
            for name, f in (vars(np).items() if ours else ())
            if isinstance(f, np.ufunc) and any(fnmatchcase(f"numpy.{name}", p) for p in ours)
        }
        self._places: list[tuple[ModuleType, str, np.ufunc]] | None = None

    def put(self) -> None:
        """Put these in place of numpy's own."""
        if self._watched and self._places is None:
            modules = [m for name, m in list(sys.modules.items()) if name.partition(".")[0] == "numpy"]
            self._places = [
                (module, name, value)
                for module in modules
                for name, value in list(vars(module).items())
                if isinstance(value, np.ufunc) and value in self._watched
            ]
        for module, name, value in self._places or ():
            setattr(module, name, self._watched[value])

    def take_away(self) -> None:
        """Put numpy's own in their places again."""
        for module, name, value in self._places or ():
            setattr(module, name, value)
