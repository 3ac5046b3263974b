"""Twins: submissions of the same files, which are graded once for all who handed them in.

In a class many hand in the untouched stub, or copy. No grading depends on whose files they are or on where they lie,
unless a test asks for the `submitter`. So the results of one are those of all its twins, under the same conditions.
The judge says of each grading whether a test asked; such results are for that student alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from grader.classroom.conditions import GradingConditions
from grader.classroom.jobs import StagedJob
from grader.records.record import Record
from grader.records.store import Entry


class Twins:
    """Knows the results to share, and who waits for some: those with a twin that is being graded.

    entries: of the journal, with the results of earlier runs
    """

    def __init__(self, conditions: GradingConditions, entries: Sequence[Entry]) -> None:
        self._conditions = conditions
        shared = [e for e in entries if e.content and e.record.graded]
        self._records = {
            e.content: e.record for e in reversed(shared)
        }  # the first is the one that was graded
        self._waiting: dict[str, list[StagedJob]] = {}  # content that is being graded → its twins
        self._without: set[str] = set()  # contents whose first grading gave nothing to share

    def content(self, staged: StagedJob) -> str:
        """Return a digest of all that decides the results, unless a test asks for the submitter."""
        conditions = self._conditions.key(staged.job.submission.unit)
        return hashlib.sha256(json.dumps([staged.content, conditions]).encode()).hexdigest()

    def shared(self, staged: StagedJob) -> Record | None:
        """Return the record of a twin whose results hold for this one too, if there is one."""
        return self._records.get(self.content(staged))

    def waits(self, staged: StagedJob) -> bool:
        """Return True for one that is to wait for a twin, and keep it: `settle` returns it.

        No one waits twice, and no one for results that may be of no use to others.
        """
        content = self.content(staged)
        if content not in self._waiting or content in self._without:
            return False
        self._waiting[content].append(staged)
        return True

    def begin(self, staged: StagedJob) -> None:
        """Note that it is being graded."""
        self._waiting.setdefault(self.content(staged), [])

    def settle(self, staged: StagedJob, record: Record | None) -> list[StagedJob]:
        """Note that it is done, and return those that waited. `record`: None for results that are not to be shared."""
        content = self.content(staged)
        if record is None:
            self._without.add(content)
        else:
            self._records[content] = record
        return self._waiting.pop(content, [])
