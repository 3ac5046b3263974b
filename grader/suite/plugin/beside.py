"""Tests that only forbid something. Work that does nothing passes them, so that they count beside another test."""

from __future__ import annotations

import pytest

from grader.endings import ForbiddenCall, NotImplementedYet
from grader.records.outcomes import Outcome
from grader.suite.plugin.stash import INFO, UNIT
from grader.suite.plugin.verdict import Verdict
from grader.suite.student import Mismatch


class Beside:
    """The outcomes of a run's tests, for those that come later and count only beside them."""

    def __init__(self) -> None:
        self._verdicts: dict[tuple[str, str], list[Verdict]] = {}  # (unit, test) → those on its cases
        self._titles: dict[tuple[str, str], str] = {}

    def note(self, item: pytest.Item, verdict: Verdict) -> None:
        """Record the verdict on a test, unless the machine or the test's own code may be to blame for it."""
        if not (verdict.certain and verdict.judged) or verdict.outcome in (Outcome.SKIPPED, Outcome.NOT_RUN):
            return
        key = item.stash[UNIT].name, _name(item)
        self._verdicts.setdefault(key, []).append(verdict)
        self._titles.setdefault(key, item.stash[INFO].title)

    def require(self, item: pytest.Item) -> None:
        """Raise Mismatch if the test that this one counts beside has failed.

        Raise NotImplementedYet if that had nothing to test, ForbiddenCall if it was forbidden.
        """
        key = item.stash[UNIT].name, item.stash[INFO].beside or ""
        verdicts = self._verdicts.get(key, [])
        outcomes = {verdict.outcome for verdict in verdicts}
        if not outcomes or Outcome.PASS in outcomes:
            return
        if outcomes == {Outcome.NOT_IMPLEMENTED}:
            raise NotImplementedYet(f"{item.stash[INFO].function} is not written yet")
        if outcomes == {Outcome.FORBIDDEN}:
            raise ForbiddenCall(verdicts[0].message, verdicts[0].where)
        raise Mismatch(
            f"Work that does nothing would pass this test, too. It counts once this one passes: {self._titles[key]}"
        )


def _name(item: pytest.Item) -> str:
    return str(getattr(item, "originalname", None) or item.name)
