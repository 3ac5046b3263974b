"""Programs that do nothing: the answer key with one function, or all of them, put out of work.

Each returns None, a number, its input, zeros or nan, or raises. None of them may earn a point.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.audit.variants import Variant
from grader.course import Unit
from grader.course.stubs import generate_stub

_COMMON = '''
import torch as _torch


def _first(args, kwargs):
    given = [*args, *kwargs.values()]
    return given[0] if given else None


def _tensor(args, kwargs):
    given = [a for a in (*args, *kwargs.values()) if isinstance(a, _torch.Tensor) and a.is_floating_point()]
    return given[0].detach() if given else _torch.zeros(())


def _does_nothing(*args, **kwargs):
    {does}


class _IdleType(type):
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _does_nothing


class _Idle(metaclass=_IdleType):
    """A class of which any method does nothing, with any arguments."""

    def __init__(self, *args, **kwargs):
        pass

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _does_nothing

    def __call__(self, *args, **kwargs):
        return _does_nothing(*args, **kwargs)

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0

    def __getitem__(self, index):
        return _does_nothing(index)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None
'''
_KINDS = {
    "none": "return None",
    "number": "return 1.0",
    "input": "return _first(args, kwargs)",
    "zeros": "return _torch.zeros_like(_tensor(args, kwargs))",
    "nan": "return _torch.full_like(_tensor(args, kwargs), float('nan'))",
    "raises": "raise ValueError('no')",
}


def idle_programs(unit: Unit, *, each_function: bool) -> Iterator[Variant]:
    """Yield each kind of program that does nothing: for the unit as a whole, and for each of its functions alone."""
    stub = generate_stub(unit)
    answer_key = unit.reference.read_text(encoding="utf-8")
    for kind, does in _KINDS.items():
        yield Variant("idle", kind, _idle(unit, stub, list(unit.functions), does), f"does nothing: {does}")
    for function in unit.functions if each_function else ():
        for kind, does in _KINDS.items():
            text = _idle(unit, answer_key, [function], does)
            yield Variant(
                "idle", f"{function}-{kind}", text, f"{function} does nothing: {does}", root=function
            )


def _idle(unit: Unit, text: str, functions: list[str], does: str) -> str:
    """Return the module's text with idle things appended under the names of these functions."""
    defined = unit.reference.read_text(encoding="utf-8")
    bound = [
        f"class {name}(_Idle):\n    pass\n" if f"\nclass {name}" in defined else f"{name} = _does_nothing\n"
        for name in functions
    ]
    return f"{text}\n{_COMMON.format(does=does)}\n\n" + "\n\n".join(bound)
