"""The functions that ran out of time, so that their other tests need not wait for the same loop."""

from __future__ import annotations

from grader.course import Unit
from grader.endings import TimeLimit

# Share of the time limit for tests of functions that call one that timed out: most likely they hit the same loop.
_SHARE_OF_CALLERS = 0.2


class TimeLimits:
    """The functions of which a test timed out in this run."""

    def __init__(self) -> None:
        self._timed_out: dict[tuple[str, str], bool] = {}  # (unit, function) → certain

    def note(self, unit: Unit, function: str, *, certain: bool) -> None:
        """Record that a test of the function timed out; certain: see TimeLimit."""
        self._timed_out.setdefault((unit.name, function), certain)

    def share_of(self, unit: Unit, function: str) -> float:
        """Return the share of the time limit that a test of the function may take."""
        slow = (name for (of, name), certain in self._timed_out.items() if certain and of == unit.name)
        return _SHARE_OF_CALLERS if any(function in unit.users_of(name) for name in slow) else 1.0

    def require_in_time(self, unit: Unit, function: str) -> None:
        """Raise TimeLimit if an earlier test of the function timed out."""
        if (certain := self._timed_out.get((unit.name, function))) is not None:
            text = f"too long in an earlier test of {function}, so this one was not tried"
            raise TimeLimit(text, certain=certain)
