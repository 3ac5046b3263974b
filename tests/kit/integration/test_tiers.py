"""T2 and T3: what a box can see, who it is, and what is said where a machine lacks what they need."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from support import Record, command, needs_walls, records_in, tiers_of_this_machine
from support.small_course import RIGHT, write_course
from support.walls import in_a_child, t1

from grader.box.walls import (
    Tier,
    WallError,
    cage,
    default_readable,
    ground,
    identity,
    kernel,
    namespaces,
    raise_walls,
    selftest,
)
from grader.box.walls.checks import CHECKS
from grader.box.walls.selftest import ALONE, RAISING, AttemptResult, run_selftest
from grader.cli import machine
from grader.cli.console import UsageError
from grader.course import Course

pytestmark = needs_walls
TIERS = tiers_of_this_machine()
APART = [tier for tier in TIERS if Tier[tier].apart]
NOBODY = 65534
needs_t2 = pytest.mark.skipif("T2" not in TIERS, reason="this machine makes no namespaces")
needs_t3 = pytest.mark.skipif("T3" not in TIERS, reason="only root gives a box a user of its own")

# What a submission looks for, and an expression that is true when it found it.
LOOKS = {
    "a file of the system": "os.path.exists('/etc/passwd')",
    "the course": "os.path.exists({course!r})",
    "another process": "any(name.isdigit() for name in listed('/proc'))",
    "the judge": "os.path.exists('/proc/{judge}')",
    "other boxes": "len(listed(os.path.join(os.path.dirname(os.environ['TMPDIR']), '..'))) > 1",
    "a number of its own": "os.getpid() > 1",
}
LOOKING = """
import os

def listed(folder):
    try:
        return os.listdir(folder)
    except OSError:
        return []

def double(x):
    found = [name for name, test in {looks!r}.items() if eval(test)]
    assert not found, found
    return 2 * x

def treble(x):
    return 3 * x
"""


def failures(record: Record) -> list[str]:
    return [test["message"] for test in record["tests"] if test["outcome"] != "pass"]


def graded(folder: Path, tier: str, works: dict[str, str]) -> dict[str, Record]:
    course = write_course(folder, works)
    done = command(*("grade", "class", "--out", "out", "--secret", "secret", "--tier", tier), cwd=course)
    assert done.returncode == 0, done.stderr
    records = records_in(course / "out")
    assert {record["tier"] for record in records.values()} == {tier}
    return records


# ---------------------------------------------------------------- the self-test


@pytest.mark.parametrize("tier", TIERS)
def test_the_self_test_makes_every_check_of_its_tier(tier: str, tmp_path: Path) -> None:
    (tmp_path / "expected.py").write_text("42")
    findings = run_selftest(Tier[tier], [tmp_path / "expected.py", tmp_path], default_readable())
    assert [f for f in findings if not f.ok] == []
    names = [f.name for f in findings]
    assert {c.name for c in CHECKS if c.since.name <= tier} <= set(names)
    alone = {c.name + ALONE for c in CHECKS if c.apart and c.since.name <= tier}
    assert alone <= set(names) or not Tier[tier].apart
    assert (f"see {tmp_path}" in names) == Tier[tier].apart


@needs_t2
def test_an_ordinary_user_has_namespaces_too() -> None:
    def as_nobody() -> list[str]:
        become_nobody()
        in_sight = tuple(
            path for path in paths if os.access(path, os.R_OK)
        )  # pytest's own interpreter may not be
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(selftest, "visible", lambda: in_sight)
            found = run_selftest(Tier.T2, [], in_sight)
        return [
            f"{f.name}: {f.detail}"
            for f in found
            if not f.ok and (f.expected == "denied" or f.name == RAISING)
        ]

    import resource  # now: the interpreter of these tests may be out of nobody's reach

    assert resource
    paths = default_readable()
    assert in_a_child(as_nobody) == {"value": []}


def test_an_ordinary_user_has_no_users_to_give() -> None:
    def as_nobody() -> list[str]:
        become_nobody()
        return [f.detail for f in run_selftest(Tier.T3, [], ())]

    assert in_a_child(as_nobody) == {"value": ["only root can give each box a user of its own"]}


def become_nobody() -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        kernel.prctl(4, 1)  # PR_SET_DUMPABLE, as after an exec: its folder in /proc is its own


@needs_t2
def test_a_check_that_the_namespaces_alone_do_not_pass_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cage, "_PROC_SELF", Path("/nothing"))
    monkeypatch.setattr(selftest, "visible", lambda: (Path("/etc"), *default_readable()))
    failed = {f.name for f in run_selftest(Tier.T2, [], default_readable()) if not f.ok}
    assert {"see /etc/passwd", f"see /etc/passwd{ALONE}"} <= failed


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("max_user_namespaces", "0", "user.max_user_namespaces is 0"),
        ("unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone is 0"),
        ("apparmor_restrict_unprivileged_userns", "1", "AppArmor"),
        ("max_user_namespaces", "1000", "CAP_SYS_ADMIN"),
    ],
)
def test_what_keeps_namespaces_away_is_said(
    file: str, text: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = [
        (str(tmp_path / Path(where).name), value, said) for where, value, said in namespaces._SETTINGS
    ]
    monkeypatch.setattr(namespaces, "_SETTINGS", settings)
    (tmp_path / file).write_text(f"{text}\n")

    def refuse(name: str, *_: int) -> int:
        raise PermissionError(errno.EPERM, f"{name} is not permitted")

    monkeypatch.setattr(namespaces, "call", refuse)
    (finding,) = run_selftest(Tier.T2, [], default_readable())
    assert (finding.name, finding.ok) == (RAISING, False)
    assert "unshare is not permitted" in finding.detail and words in finding.detail


def test_walls_of_t2_go_up_only_where_its_ground_has_forked(tmp_path: Path) -> None:
    told = in_a_child(lambda: raise_walls(t1(tier=Tier.T2, writable=(tmp_path,))))
    assert told["error"] == "WallError"
    assert "its ground has forked" in told["text"]


# ---------------------------------------------------------------- who a box is


@needs_t3
def test_no_two_processes_that_fork_boxes_share_a_number() -> None:
    ours, others = identity.Identities(), in_a_child(lambda: identity.Identities().next())["value"]
    assert abs(ours.next() - others) >= identity.BLOCK
    os.close(ours.lock)


@needs_t3
def test_a_number_is_given_again_only_after_its_box_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "BLOCK", 3)
    identities = identity.Identities()
    given = []
    for pid in (101, 102, 103):
        given.append(identities.next())
        identities.take(given[-1], pid)
    assert len(set(given)) == 3
    with pytest.raises(BlockingIOError, match="3 boxes are alive"):
        identities.next()
    identities.give_back(102)
    identities.give_back(4711)  # the kit has other children
    assert identities.next() == given[1]
    os.close(identities.lock)


@needs_t3
def test_numbers_of_accounts_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    first, lock = identity._free_block()
    os.close(lock)
    monkeypatch.setattr(identity, "_accounts", lambda: {first + 5})
    other, lock = identity._free_block()
    os.close(lock)
    assert other >= first + identity.BLOCK


@needs_t3
def test_a_container_with_few_users_has_numbers_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "_mapped", lambda kind: [range(65_536)])
    assert next(identity._blocks()) == identity.RANGES[1][0]
    monkeypatch.setattr(identity, "_mapped", lambda kind: [range(1)])
    with pytest.raises(WallError, match="no users' numbers"):
        identity._free_block()


@needs_t3
def test_what_another_box_has_written_belongs_to_somebody_else(tmp_path: Path) -> None:
    """By users' numbers alone: both folders are in sight."""
    for name in ("own", "other"):
        (tmp_path / name / "work").mkdir(parents=True, mode=0o700)
        (tmp_path / name / "work" / "file").write_text("x")
    tmp_path.chmod(0o755)
    number = identity.RANGES[0][0]

    def look() -> list[str]:
        os.chdir(tmp_path)  # whose parents are pytest's own
        identity._give(Path("other"), number + 1)
        identity.become(number, [Path("own")])
        assert Path("own/work/file").read_text() == "x"
        seen = []
        for act in (
            lambda: list(Path("other/work").iterdir()),
            lambda: Path("own/new").write_text("x"),
            lambda: os.setuid(0),
        ):
            try:
                act()
                seen.append("done")
            except PermissionError:
                seen.append("refused")
        return seen

    assert in_a_child(look) == {"value": ["refused", "done", "refused"]}


# ---------------------------------------------------------------- the files of a cage


@needs_t2
def test_links_lead_to_what_is_shown_and_nothing_is_made_outside(tmp_path: Path) -> None:
    real = tmp_path / "real" / "deep"
    real.mkdir(parents=True)
    (real / "library.py").write_text("x = 1")
    (tmp_path / "absolute").symlink_to(tmp_path / "real")
    (tmp_path / "relative").symlink_to("absolute/deep")
    (tmp_path / "needed").mkdir(mode=0o700)
    (tmp_path / "needed" / "helper.py").write_text("y = 2")
    (tmp_path / "boxes" / "own").mkdir(parents=True)
    (tmp_path / "boxes" / "other").mkdir()
    before = sorted(tmp_path.rglob("*"))
    own = tmp_path / "boxes" / "own"

    def look() -> None:
        found = ground.prepare(Tier.T2)
        if pid := found.fork():
            os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        os.chdir(own)
        cage.move_in([tmp_path / "relative", tmp_path / "missing"], [tmp_path / "needed"], own)
        assert (tmp_path / "relative" / "library.py").read_text() == "x = 1"
        assert (tmp_path / "needed" / "helper.py").read_text() == "y = 2"
        assert sorted(p.name for p in own.parent.iterdir()) == ["own"]
        assert sorted(p.name for p in Path("/").iterdir()) == [tmp_path.parts[1]]
        (own / "written").write_text("x")
        for file in (tmp_path / "relative" / "new", Path("/new"), tmp_path / "needed" / "new"):
            try:
                file.write_text("x")
            except OSError as error:
                assert error.errno == errno.EROFS
            else:
                raise AssertionError(file)
        os._exit(77)

    assert in_a_child(look) == {"died": 77}
    (own / "written").unlink()
    assert sorted(tmp_path.rglob("*")) == before


# ---------------------------------------------------------------- by the front door


@pytest.mark.parametrize("tier", APART)
def test_a_submission_sees_nobody_but_itself(tier: str, tmp_path: Path) -> None:
    looks = {name: test.format(course=str(tmp_path), judge=os.getpid()) for name, test in LOOKS.items()}
    seen = graded(tmp_path, tier, {"ann": LOOKING.format(looks=looks)})
    assert failures(seen["ann"]) == []
    if tier == TIERS[-1]:  # at T1 it sees all of these
        (first, *_) = failures(graded(tmp_path / "t1", "T1", {"ann": LOOKING.format(looks=looks)})["ann"])
        assert "a file of the system" in first and "the judge" in first


@pytest.mark.parametrize("tier", APART)
def test_what_is_out_of_reach_is_told_to_be(tier: str, tmp_path: Path) -> None:
    reads = RIGHT.replace("return", "open('/data/words.txt')\n    return", 1)
    writes = RIGHT.replace("return", "open('/out.txt', 'w')\n    return", 1)
    records = graded(tmp_path, tier, {"ann": reads, "ben": writes})
    assert "sees no files but its own" in failures(records["ann"])[0]
    assert "reads and writes only its own folder" in failures(records["ben"])[0]


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("os.kill(os.getpid(), 9)", "killed by SIG"),
        ("os.abort()", "killed by SIG"),
        ("os._exit(3)", "exit status 3"),
    ],
)
def test_a_box_that_ends_itself_has_ended(tier: str, line: str, word: str, tmp_path: Path) -> None:
    ends = f"import os\n{RIGHT.replace('return', f'{line};  return', 1)}"
    record = graded(tmp_path, tier, {"ann": ends})["ann"]
    assert word in failures(record)[0]


def found(*holding: str) -> Callable[[Tier, object], list[AttemptResult]]:
    """A self-test that these tiers alone pass."""
    return lambda tier, _: [
        AttemptResult("x", "allowed", "failed", tier.name in holding, f"no {tier.name} here")
    ]


def test_the_strongest_tier_that_holds_is_taken_and_the_others_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    course = Course(write_course(tmp_path, {}))
    monkeypatch.setattr(machine, "selftest", found("T1", "T2"))
    assert machine.choose_tier(course, None) == "T2"
    assert "Not at tier T3: x: no T3 here" in capsys.readouterr().err
    assert machine.choose_tier(course, "T1") == "T1"
    assert capsys.readouterr().err == ""
    assert machine.choose_tier(course, None, "cuda") == "T1"


def test_there_is_no_silent_fallback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course = Course(write_course(tmp_path, {}))
    monkeypatch.setattr(machine, "selftest", found("T1"))
    with pytest.raises(UsageError, match=r"(?s)walls of tier T3.*no T3 here.*Without --tier"):
        machine.choose_tier(course, "T3")
    with pytest.raises(UsageError, match="T2 was never tried with --device cuda"):
        machine.choose_tier(course, "T2", "cuda")
    monkeypatch.setattr(machine, "selftest", found())
    with pytest.raises(UsageError, match=r"(?s)walls of tier T1.*no T1 here.*--tier T0"):
        machine.choose_tier(course, None)
