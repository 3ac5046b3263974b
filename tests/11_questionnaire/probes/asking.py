"""Callbacks of the lesson's Runner, which answer what they are told to."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from grader.box.names import lookup

from .common import kind


def ask(module: ModuleType, answers: list[Any], event: str) -> dict[str, Any]:
    """l12_call on one callback for each answer; "absent" stands for one without the method.

    "asked": the numbers of those asked; "result": what came back, where it is True, False or None, and its "kind".
    """
    asked: list[int] = []

    def method(k: int, answer: Any) -> Any:
        def answered(self: Any) -> Any:
            asked.append(k)
            return answer

        return answered

    cbs = [
        type("Asked", (), {} if answer == "absent" else {event: method(k, answer)})()
        for k, answer in enumerate(answers)
    ]
    result = lookup(module, "l12_call")(cbs, event)
    return {"asked": asked, "result": result, "kind": kind(result)}
