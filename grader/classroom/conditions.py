"""The conditions that a class is graded under: a grade under others is another grade."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.box.devices.gpus import CPU, Target
from grader.course import Course
from grader.judge.client import JudgeSpec
from grader.records.fingerprint import seed_id, suite_sha256, versions
from grader.records.record import Record


@dataclass(frozen=True)
class GradingConditions:
    """All that decides a grade besides the submission itself.

    tier:   name of the walls around submissions
    secret: base of all seeds
    hidden: False leaves hidden tests out
    target: the device to grade on
    """

    course: Course
    tier: str
    secret: bytes = field(repr=False)
    hidden: bool = True
    target: Target = CPU

    @property
    def versions(self) -> dict[str, str]:
        """Versions of everything that a verdict may depend on, the device's among them."""
        return versions() | dict(self.target.versions)

    def key(self, unit: str) -> tuple[str, ...]:
        """Return the part of a journal's key that is the same for all submissions of a unit."""
        suite = suite_sha256(self.course.units[unit])
        circumstances = str(sorted(self.versions.items()))
        return (
            suite,
            seed_id(self.secret),
            self.tier,
            str(self.hidden),
            circumstances,
            self.target.label,
        )

    def judge_spec(self, units: Iterable[str]) -> JudgeSpec:
        """Return the spec of a judge that grades these units under these conditions."""
        return JudgeSpec(
            self.course.root, tuple(sorted(units)), self.tier, self.secret, self.hidden, self.target
        )

    def as_plain(self) -> dict[str, Any]:
        """Return the conditions as data, with an id in place of the secret."""
        return {
            "course": str(self.course.root),
            "tier": self.tier,
            "seed_id": seed_id(self.secret),
            "hidden": self.hidden,
            "device": self.target.label,
        }


class OtherConditionsError(Exception):
    """The class was graded under other conditions: scores would move for that reason too. The text says what to do."""


def require_same(records: Sequence[Record], conditions: GradingConditions) -> None:
    """Raise OtherConditionsError for records that were graded under another secret or tier, or on another device."""
    problems = []
    if others := [r for r in records if r.seed_id != seed_id(conditions.secret)]:
        what = f"used a different secret (for example {_example(others)})"
        problems.append(_sentence(len(others), records, what, "Pass that one with --secret"))
    tier = conditions.tier
    if others := [r for r in records if r.tier and r.tier != tier]:
        theirs = others[0].tier
        what = (
            f"were graded at another tier (for example {_example(others)}, at {theirs}; this would be {tier})"
        )
        problems.append(_sentence(len(others), records, what, f"Pass --tier {theirs}"))
    target = conditions.target
    if others := [r for r in records if r.device and r.device != target.label]:
        theirs = others[0].device
        name = theirs.replace(":", " ").split()[0]
        advice = f"Pass --device {name}" if name != target.name else "Regrade on a machine with that one"
        what = (
            f"were graded on another device (for example {_example(others)}, on {theirs}; this would be "
            f"{target.label})"
        )
        problems.append(_sentence(len(others), records, what, advice))
    if problems:
        raise OtherConditionsError(" ".join(problems))


def require_same_substitution(
    with_keys: Sequence[Record], would_have: Sequence[Record], *, substitute: bool
) -> None:
    """Raise OtherConditionsError if the answer key took the place of units only then, or would only now.

    with_keys:  records for which the answer key was joined
    would_have: those for which it would have been with --substitute, judging by the present grades
    """
    if with_keys and not substitute:
        raise OtherConditionsError(
            f"the class was graded with --substitute: the answer key took the place of units for {len(with_keys)} "
            f"records (for example {_example(with_keys)}). Pass --substitute now too, and leave out --unit"
        )
    if would_have and substitute and not with_keys:
        raise OtherConditionsError(
            f"the class was graded without --substitute, which would join the answer key for {len(would_have)} "
            f"records (for example {_example(would_have)}): scores may move for that reason alone. Leave "
            "--substitute out"
        )


def _sentence(others: int, records: Sequence[Record], what: str, advice: str) -> str:
    text = f"{others} of {len(records)} records {what}: scores may move for that reason alone. {advice}."
    if others < len(records):
        text += (
            " The rest were not: regrade each part by itself; PATH may be one student's folder, "
            "and --unit names one unit."
        )
    return text


def _example(records: Sequence[Record]) -> str:
    return f"{records[0].student}, {records[0].unit}"
