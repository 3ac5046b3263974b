"""A regrade compares suites, so all else has to be as it was: secret, tier, device, and what is joined."""

from __future__ import annotations

from collections.abc import Sequence

from grader.box.devices.gpus import Target
from grader.records.fingerprint import seed_id
from grader.records.record import Record


class OtherSettingsError(Exception):
    """The class was graded under other settings: scores would move for that reason too. The text says what to do."""


def require_same(records: Sequence[Record], *, tier: str, secret: bytes, target: Target) -> None:
    """Raise OtherSettingsError for records that were graded under another secret or tier, or on another device."""
    told = []
    if others := [r for r in records if r.seed_id != seed_id(secret)]:
        what = f"come from another secret, {_named(others)} for one"
        told.append(_sentence(len(others), records, what, "Give theirs with --secret"))
    if others := [r for r in records if r.tier and r.tier != tier]:
        theirs = others[0].tier
        what = f"were graded at another tier, {_named(others)} at {theirs}, and this would be {tier}"
        told.append(_sentence(len(others), records, what, f"Give --tier {theirs}"))
    if others := [r for r in records if r.device and r.device != target.label]:
        theirs = others[0].device
        name = theirs.replace(":", " ").split()[0]
        advice = f"Give --device {name}" if name != target.name else "Regrade on a machine with that one"
        what = f"were graded on another device, {_named(others)} on {theirs}, and this would be on {target.label}"
        told.append(_sentence(len(others), records, what, advice))
    if told:
        raise OtherSettingsError(" ".join(told))


def require_same_substitution(
    with_keys: Sequence[Record], would_have: Sequence[Record], *, substitute: bool
) -> None:
    """Raise OtherSettingsError when the answer key took the place of units only then, or would only now.

    with_keys:  records for which the answer key was joined
    would_have: those for which it would have been with --substitute, by the grades that there are
    """
    if with_keys and not substitute:
        raise OtherSettingsError(
            f"the class was graded with --substitute: for {len(with_keys)} records, {_named(with_keys)} for one, "
            "the answer key took the place of units. Give --substitute now too, which goes without --unit"
        )
    if would_have and substitute and not with_keys:
        raise OtherSettingsError(
            f"the class was graded without --substitute, which would join the answer key for {len(would_have)} "
            f"records, {_named(would_have)} for one: scores may move for that reason alone. Leave --substitute out"
        )


def _sentence(others: int, records: Sequence[Record], what: str, advice: str) -> str:
    text = f"{others} of {len(records)} records {what}: scores may move for that reason alone. {advice}."
    if others < len(records):
        text += (
            " The rest were not: regrade each part by itself; PATH may be one student's folder, "
            "and --unit names one unit."
        )
    return text


def _named(records: Sequence[Record]) -> str:
    return f"{records[0].student}'s {records[0].unit}"
