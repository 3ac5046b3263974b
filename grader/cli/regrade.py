"""`grader grade --regrade`: who changes under a mended suite, before anybody's record does."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Sequence

from grader.box.devices.gpus import Target
from grader.classroom.comparison import Change, Flip
from grader.classroom.conditions import OtherSettingsError
from grader.classroom.regrade import Regrade, regrade_class, take_over
from grader.cli.console import UsageError, progress_bar, tell_not_run
from grader.cli.grade_options import GradeOptions
from grader.cli.report import report
from grader.course import Course
from grader.intake.discovery.discover import Discovery
from grader.intake.discovery.findings import shown


def regrade(
    course: Course, found: Discovery, options: GradeOptions, *, tier: str, secret: bytes, target: Target
) -> int:
    """Grade again, show what changes and, if the instructor says so, make it the records."""
    if not (options.out / "records").is_dir():
        raise UsageError(f"there are no records in {options.out} to compare with; --out says where they are")
    try:
        with progress_bar("grading again") as advance:
            result = regrade_class(
                course,
                found.submissions,
                options.out,
                tier=tier,
                secret=secret,
                jobs=options.jobs,
                joined=found.joined,
                substitute=options.substitute,
                target=target,
                progress=advance,
            )
    except OtherSettingsError as error:
        raise UsageError(str(error)) from None
    _tell_unmoved(result)
    tell_not_run(result.not_run, ". The old record stays.")
    status = 1 if result.not_run else 0
    if not result.changes:
        print("Nothing to grade again." if not result.not_run else "Nothing was graded again.")
        return status
    now = len(result.changes) + len(result.not_run) - result.graded_before
    print(f"{len(result.changes)} graded again: {now} now, {result.graded_before} before.")
    _tell_versions(result.changes)
    _tell(result.changes)
    if not (options.apply or _confirmed(len(result.changes))):
        print(f"Nothing was written into {options.out / 'records'}. The same command with --apply does that.")
        return status
    history = take_over(result)
    print(f"{len(result.changes)} records replaced. The old ones: {history}")
    try:
        report(course, options.out)
    except UsageError as error:
        print(error, file=sys.stderr)
    return status


def _confirmed(records: int) -> bool:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    print(f"Replace these {records} records? The old ones are kept. [y/N] ", end="", flush=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes")


def _tell_unmoved(result: Regrade) -> None:
    by_reason: dict[str, list[str]] = defaultdict(list)
    for (student, unit), why in result.unmoved.items():
        by_reason[why].append(f"{student}, {unit}")
    for why, names in by_reason.items():
        some = "; ".join(names[:3]) + (" …" if len(names) > 3 else "")
        print(shown(f"{len(names)} not graded again, {why}: {some}"), file=sys.stderr)


def _tell_versions(changes: Sequence[Change]) -> None:
    """No setting brings other versions back, so that they are only told."""
    moved = Counter(
        f"{name} {c.old.versions.get(name, '?')} → {c.new.versions.get(name, '?')}"
        for c in changes
        for name in {**c.old.versions, **c.new.versions}
        if c.old.versions.get(name) != c.new.versions.get(name)
    )
    if moved:
        told = ", ".join(f"{what} for {n}" for what, n in moved.items())
        print(f"Scores may have moved for other versions too: {told}.", file=sys.stderr)


def _tell(changes: Sequence[Change]) -> None:
    fell = [c for c in changes if c.fell]
    rose = [c for c in changes if c.moved and not c.fell]
    same = [c for c in changes if not c.moved]
    for heading, part in (("FELL", fell), ("Rose", rose), ("Same points, otherwise different", same)):
        told = [c for c in part if c.flips or c.from_the_key] if part is same else part
        if told:
            print(f"{heading}:")
        for change in told:
            print(shown(f"  {change.student}, {change.unit}: {_points(change)}"))
            for unit, from_the_key in change.from_the_key.items():
                print(f"      joins {'the answer key' if from_the_key else 'their own'} for {unit} now")
            for flip in change.flips:
                print(shown(f"      {_flipped(flip)}"))
    if len({c.unit for c in changes}) > 1:
        _tell_students(changes)
    print("Summary:")
    for unit in sorted({c.unit for c in changes}):
        own = [c for c in changes if c.unit == unit]
        suites = sorted({c.old.suite_sha256[:8] for c in own})
        mean = [
            sum(int(r.total.earned) for r in side) / len(own)
            for side in zip(*((c.old, c.new) for c in own), strict=True)
        ]
        print(
            f"  {unit}, suite {', '.join(suites)} → {own[0].new.suite_sha256[:8]}: {len(own)} graded again, "
            f"{sum(c.fell for c in own)} fell, {sum(c.moved and not c.fell for c in own)} rose, "
            f"{sum(not c.moved for c in own)} the same; mean {mean[0]:.1f} → {mean[1]:.1f}"
        )
        flips = Counter((f.test, f.before, f.after) for c in own for f in c.flips)
        for (test, before, after), n in flips.most_common():
            print(f"    {test}: {before or 'not there'} → {after or 'gone'} for {n}")


def _tell_students(changes: Sequence[Change]) -> None:
    """Each student's sum over units, those who lose first."""
    sums: Counter[str] = Counter()
    for change in changes:
        sums[change.student] += change.difference
    moved = sorted((n, student) for student, n in sums.items() if n)
    if moved:
        print("By student:")
    for n, student in moved:
        print(shown(f"  {student}: {n:+d}"))


def _points(change: Change) -> str:
    old, new = change.old.total, change.new.total
    same = old.possible == new.possible
    of = f"of {new.possible}" if same else f"(of {old.possible} → of {new.possible})"
    text = f"{old.earned} → {new.earned} {of}"
    if change.old.bonus.earned != change.new.bonus.earned:
        text += f", bonus {change.old.bonus.earned} → {change.new.bonus.earned}"
    return text


def _flipped(flip: Flip) -> str:
    points = flip.earned_after - flip.earned_before
    worth = f" ({points:+d})" if points else ""
    if not flip.before:
        return f"{flip.test}: new, {flip.after}{worth}"
    if not flip.after:
        return f"{flip.test}: gone, was {flip.before}{worth}"
    if flip.before == flip.after:
        return f"{flip.test}: {flip.after} as before, {flip.earned_before} → {flip.earned_after} points"
    return f"{flip.test}: {flip.before} → {flip.after}{worth}"
