"""A user of its own for each box: other boxes' files, processes and limits are somebody else's.

The numbers come from ranges that no account of a system uses: systemd leaves the first one free (and `useradd` and
subuids never get there), and the second is for containers, in which there are only 65 536 users. A process that boxes
are forked from takes a block of numbers out of a range, and keeps a lock on the block's file in /run as long as any of
its boxes can be alive: no two boxes on the machine have the same one, whoever grades.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.box.walls import kernel
from grader.box.walls.tiers import WallError

RANGES = ((1_900_000_000, 65_536), (45_000, 4_096))  # first number, how many
BLOCK = 32  # boxes that one process may have alive at a time
_LOCKS = Path("/run/grader-uids")
_PR_SET_DUMPABLE = 4


class Identities:
    """A block of users' numbers, each of which one living box has at most."""

    def __init__(self) -> None:
        """Take a block that nobody else has. Raise WallError where this process may not be others, or none is free."""
        if os.geteuid() != 0:
            raise WallError("only root can give each box a user of its own")
        first, self.lock = _free_block()
        self._free = list(range(first, first + BLOCK))
        self._taken: dict[int, int] = {}  # process → its number

    def next(self) -> int:
        """Return a number that no living box has. Raise BlockingIOError while all are taken."""
        if not self._free:
            raise BlockingIOError(
                f"{BLOCK} boxes are alive: each has a user of its own, and no more are there"
            )
        return self._free[0]

    def take(self, number: int, pid: int) -> None:
        """Note that the process `pid` has this number."""
        self._free.remove(number)
        self._taken[pid] = number

    def give_back(self, pid: int) -> None:
        """Note that the process has ended. Its number comes last in the row."""
        with contextlib.suppress(KeyError):
            self._free.append(self._taken.pop(pid))


def become(number: int, own: Iterable[Path]) -> None:
    """Give the folders in `own` to the user, become that user for good, and shut the process to those of the same.

    Raise WallError where it is refused.
    """
    try:
        for folder in own:
            _give(folder, number)
        os.setgroups([])
        os.setresgid(number, number, number)
        os.setresuid(number, number, number)
        kernel.prctl(_PR_SET_DUMPABLE, 0)
    except OSError as error:
        raise WallError(f"a box could not become user {number}: {error}") from error
    if os.getresuid() != (number,) * 3 or os.getresgid() != (number,) * 3 or os.getgroups():
        raise WallError(f"a box is not user {number} alone")


def _give(folder: Path, number: int) -> None:
    for at, folders, files in os.walk(folder):
        for name in (".", *folders, *files):
            os.chown(Path(at) / name, number, number, follow_symlinks=False)


def _free_block() -> tuple[int, int]:
    """Return the first number of a block, and the descriptor that holds its lock."""
    import fcntl

    _LOCKS.mkdir(mode=0o700, exist_ok=True)
    accounts = _accounts()
    for first in _blocks():
        if accounts & set(range(first, first + BLOCK)):
            continue
        lock = os.open(_LOCKS / str(first), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        return first, lock
    raise WallError("no users' numbers are free for boxes: all blocks are taken, or this container has none")


def _blocks() -> Iterator[int]:
    """Yield the first numbers of all blocks that exist in this user namespace, as users and as groups."""
    known = [_mapped(kind) for kind in ("uid", "gid")]
    for start, count in RANGES:
        for first in range(start, start + count, BLOCK):
            if all(any(first in span and first + BLOCK - 1 in span for span in spans) for spans in known):
                yield first


def _mapped(kind: str) -> list[range]:
    rows = [list(map(int, line.split())) for line in Path(f"/proc/self/{kind}_map").read_text().splitlines()]
    return [range(inside, inside + count) for inside, _, count in rows]


def _accounts() -> set[int]:
    """Return the numbers of the users in /etc/passwd."""
    with contextlib.suppress(OSError):
        lines = Path("/etc/passwd").read_text(encoding="utf-8", errors="replace").splitlines()
        return {
            int(fields[2])
            for fields in (line.split(":") for line in lines)
            if fields[2:3] and fields[2].isdigit()
        }
    return set()
