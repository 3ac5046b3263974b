"""The record of one graded submission: all that is kept, and all that reports and exports are made of.

The keys on disk are those of the fields, in their order; where they differ, `name=` says so. A field with a default is
left out of the file while it has that value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import msgspec

from grader.course.units import BANDS
from grader.records.outcomes import Outcome
from grader.records.scoring import Points

SCHEMA = 1
Status = Literal["graded", "not_run"]


class _Struct(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Common base of all parts of a record."""


class Score(_Struct, frozen=True, kw_only=True):
    """The points of one band, as the record keeps them."""

    earned: int
    possible: int


class Files(_Struct, frozen=True, kw_only=True):
    """The submission: its files, and the digest of their content, "" if they could not be read.

    joined:      unit → digest of the same student's submission for it; None where the unit joins no others
    substituted: unit → digest of the answer key that took the place of the student's own
    """

    files: tuple[str, ...]
    sha256: str
    joined: dict[str, str] | None = None
    substituted: dict[str, str] | None = None


class Diagnosis(_Struct, frozen=True, kw_only=True):
    """A misconception that may be behind the failures."""

    misconception: str
    advice: str = ""
    likeness: float = 0.0


class TestResult(_Struct, frozen=True, kw_only=True):
    """The result of one test.

    id:             file::test[parameters]
    function:       the function that the test judges
    deepens:        for a hidden test the name of the public one whose points need both
    counterexample: Python that reproduces the failure
    clause:         the words of handout and stub that the test judges by, in a sentence
    replay:         version of hypothesis and blob by which it draws the same example again
    seconds:        wall time
    curves:         name → [[x, y], …], to be drawn
    answers:        function → text that a person grades
    earned:         points, once all tests of the submission are known
    """

    __test__: ClassVar[bool] = False  # pytest takes any class named Test… for tests

    id: str
    title: str
    function: str = msgspec.field(name="of")
    band: str
    hidden: bool
    deepens: str | None
    points: int
    outcome: Outcome
    message: str
    counterexample: str
    where: str
    clause: str = ""
    hint: str
    replay: tuple[str, str] | None
    seconds: float
    curves: dict[str, Any] = {}
    answers: dict[str, str] = {}
    earned: int

    def __post_init__(self) -> None:
        if self.band not in BANDS:
            raise ValueError(f"band is one of {', '.join(BANDS)}, not {self.band!r}")

    @property
    def name(self) -> str:
        """The test function's name, without file and parameters."""
        return self.id.partition("::")[2].partition("[")[0] or self.id

    @property
    def passed(self) -> bool:
        return self.outcome is Outcome.PASS

    @property
    def judged(self) -> bool:
        return self.outcome not in (Outcome.SKIPPED, Outcome.NOT_RUN)

    @property
    def failed(self) -> bool:
        return self.judged and not self.passed

    @property
    def replayable(self) -> bool:
        return self.replay is not None


class Record(_Struct, frozen=True, kw_only=True):
    """One submission's record.

    started: when its grading began, or when it got the results of the same files handed in by another
    seconds: wall time of the grading of these files, whoever's they were then; so are the tests' own seconds
    status:  "not_run" if the machine or the kit was at fault: then the record is not a grade
    order:   the unit's functions, in the order in which to write them
    fault:   why it was not run, where one reason holds for all of it
    flags:   what its source names, for the instructor to look at; see intake.submission.flags. Students don't see them
    """

    schema: int
    student: str
    unit: str
    submission: Files
    suite_sha256: str
    seed_id: str
    versions: dict[str, str]
    tier: str
    device: str
    late: bool
    started: str
    seconds: float
    status: Status
    score: dict[str, Score]
    order: tuple[str, ...]
    tests: tuple[TestResult, ...]
    diagnosis: tuple[Diagnosis, ...]
    fault: str = ""
    flags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if missing := [band for band in BANDS if band not in self.score]:
            raise ValueError(f"score has no {missing[0]}")

    @property
    def graded(self) -> bool:
        return self.status == "graded"

    @property
    def total(self) -> Points:
        """The points of core and robust, which a unit's grade is made of."""
        return self.points("core") + self.points("robust")

    @property
    def bonus(self) -> Points:
        return self.points("stretch")

    @property
    def substituted(self) -> dict[str, str]:
        """Unit → digest of the answer key that was joined in place of the student's own."""
        return self.submission.substituted or {}

    def points(self, band: str) -> Points:
        return Points(self.score[band].earned, self.score[band].possible)


# Keys that records of earlier versions may lack, or have as null.
_RECORD_BEFORE: dict[str, Any] = {
    "submission": {},
    "suite_sha256": "",
    "seed_id": "",
    "versions": {},
    "tier": "",
    "device": "",
    "late": False,
    "started": "",
    "seconds": 0.0,
    "order": (),
    "diagnosis": (),
    "fault": "",
}
_FILES_BEFORE: dict[str, Any] = {"files": (), "sha256": ""}
_TEST_BEFORE: dict[str, Any] = {
    "deepens": None,
    "message": "",
    "counterexample": "",
    "where": "",
    "clause": "",
    "hint": "",
    "replay": None,
    "seconds": 0.0,
    "curves": {},
    "answers": {},
}
_ALLOWED: dict[str, tuple[str, ...]] = {"outcome": tuple(Outcome), "status": ("graded", "not_run")}
_AT_FIELD = re.compile(r"\.(\w+)`$")


def parse_record(raw: Any) -> Record:
    """Return the record that decoded JSON holds. Raise ValueError, naming the field and what is allowed there."""
    if not isinstance(raw, Mapping):
        raise ValueError(f"a record is an object, not {type(raw).__name__}")
    if raw.get("schema") != SCHEMA:
        raise ValueError(f"schema is {raw.get('schema')!r}; this version of the kit reads schema {SCHEMA}")
    whole = _completed(raw, _RECORD_BEFORE)
    whole["submission"] = _completed(whole["submission"], _FILES_BEFORE)
    if isinstance(raw.get("tests"), list):
        whole["tests"] = [_completed(test, _TEST_BEFORE) for test in raw["tests"]]
    try:
        return msgspec.convert(whole, Record)
    except msgspec.ValidationError as error:
        raise ValueError(_explained(error)) from None


def parse_tests(raw: Any) -> tuple[TestResult, ...]:
    """Return the results that decoded JSON holds. Raise ValueError, naming the field."""
    try:
        return msgspec.convert(raw, tuple[TestResult, ...])
    except msgspec.ValidationError as error:
        raise ValueError(_explained(error)) from None


def as_plain(record: Any) -> Any:
    """Return a record, or a part of one, as JSON's own types, for `json.dumps`."""
    return msgspec.to_builtins(record)


def without_times(record: Record) -> Record:
    """Return the record without what differs between two gradings of the same thing."""
    tests = tuple(msgspec.structs.replace(t, seconds=0.0) for t in record.tests)
    return msgspec.structs.replace(record, started="", seconds=0.0, tests=tests)


def _completed(raw: Any, before: Mapping[str, Any]) -> Any:
    if not isinstance(raw, Mapping):
        return raw
    return {**before, **{k: v for k, v in raw.items() if v is not None or k not in before}}


def _explained(error: msgspec.ValidationError) -> str:
    field = _AT_FIELD.search(str(error))
    allowed = _ALLOWED.get(field[1]) if field and "Invalid enum value" in str(error) else None
    return f"{error}: it is one of {', '.join(allowed)}" if allowed else str(error)
