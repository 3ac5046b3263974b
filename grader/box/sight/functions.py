"""Functions written in C that no hook of Python sees: numpy's universal functions, told of under their own names."""

from __future__ import annotations

import sys
from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import lru_cache, partial
from types import FrameType, ModuleType
from typing import Any

import numpy as np

Told = Callable[[str, FrameType | None], None]  # "numpy.logaddexp", and the caller's frame


_functions: dict[str, np.ufunc] = {}  # numpy's own, by name: no Watched and no closure holds one


class Watched:
    """Stands for a universal function, and tells of each call of it or of its methods.

    It gives the function itself to nobody: neither to an argument that overrides numpy, nor in an exception.
    """

    def __init__(self, function: np.ufunc, told: Told) -> None:
        _functions[function.__name__] = function
        self.__name__ = function.__name__
        self._told = told
        self.__doc__ = function.__doc__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self._told(f"numpy.{self.__name__}", sys._getframe().f_back)
        return _called(_functions[self.__name__], args, kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = getattr(_functions[self.__name__], name)
        return partial(self._method, name) if callable(value) else value

    def _method(self, name: str, *args: Any, **kwargs: Any) -> Any:
        self._told(f"numpy.{self.__name__}", sys._getframe().f_back)
        return _called(getattr(_functions[self.__name__], name), args, kwargs)


def _called(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call it with plain arguments. Raise TypeError as it does, without the function that numpy's own error holds."""
    try:
        return function(*map(_plain, args), **{name: _plain(value) for name, value in kwargs.items()})
    except TypeError as error:
        why = str(error)
    raise TypeError(why)


def _plain(value: Any) -> Any:
    """Return the value; as an array of numpy's where its class would be handed the function."""
    kind = type(value)
    if kind is np.ndarray or not (hasattr(kind, "__array_ufunc__") or hasattr(kind, "__array_wrap__")):
        return tuple(map(_plain, value)) if kind is tuple else value
    return value if issubclass(kind, np.generic) and kind.__module__ == "numpy" else np.asarray(value)


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
