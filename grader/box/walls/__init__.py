"""The walls around a process that runs untrusted code. They go up once, from inside, and never come down.

A box's process is forked from a warm zygote with a single thread. Before it touches a submission, it closes
the descriptors it inherited (`process.close_other_fds`), ties its life to its parent's
(`process.die_with_parent`) and calls `raise_walls`. `selftest.run_selftest` shows, by trying, what the walls
of this machine really hold.

Code that writes a file at its first use must have been used before the walls go up: the first torch.optim
optimiser makes a cache folder.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from grader.box.walls import cage, gpu, identity, landlock, limits, process, seccomp
from grader.box.walls.readable import default_readable, visible, without_packages
from grader.box.walls.tiers import Tier, WallError

__all__ = [
    "Tier",
    "WallError",
    "Walls",
    "default_readable",
    "move_apart",
    "offers_walls",
    "raise_walls",
    "visible",
    "without_packages",
]


@dataclass(frozen=True)
class Walls:
    """The permissions of a box.

    readable, writable: files, or folders with all they hold; writable ones are readable too
    listable:           folders that may be listed, with those below them, even if they may not be read
    memory_bytes:       on top of what the process has mapped when the walls go up
    cpu_seconds:        CPU time of all threads, from then on
    hidden:             paths that must never be readable; a readable folder may lie inside a
                        hidden one (a .venv in the course's folder), never the other way round
    file_bytes:         how long a file in a writable folder may grow; 0: no file can be written to
    on_gpu:             let NVIDIA's driver through, as `gpu` says

    For T2 and T3, whose first writable folder is the box's own:
    visible:            all that exists there besides, whether or not it is readable
    copied:             readable folders that it gets copies of
    user:               for T3, the number of the box's user
    """

    tier: Tier
    readable: tuple[Path, ...]
    writable: tuple[Path, ...]
    memory_bytes: int
    cpu_seconds: int
    hidden: tuple[Path, ...] = ()
    listable: tuple[Path, ...] = ()
    file_bytes: int = 0
    on_gpu: bool = False
    visible: tuple[Path, ...] = ()
    copied: tuple[Path, ...] = ()
    user: int | None = None


def offers_walls() -> bool:
    """Return True where this machine's kernel has what T1 is made of. selftest.best_tier tells what it is worth."""
    return bool(landlock.abi_version() and seccomp.supported_machine())


def raise_walls(walls: Walls) -> None:
    """Put the calling process behind its walls, or raise and leave it unfit for untrusted code.

    At T2 and T3 it has been forked from the tier's ground (`ground.prepare`), and its working directory is in its own
    folder. Raise WallError (the machine lacks what the tier needs, a hidden path would be readable, there is more than
    one thread), OSError or ValueError (a limit was refused).
    """
    if walls.tier is Tier.T0:
        _limit(walls)
        return
    _refuse_contradictions(walls)
    if (threads := process.thread_count()) != 1:
        raise WallError(f"walls go up before the first thread is made: this process has {threads}")
    if walls.tier.apart:
        move_apart(walls)
    # Limits first: they are read from /proc and set by calls that the later walls shut off. no_new_privs is
    # what Landlock and seccomp ask for. seccomp last: it denies what the others need to do their work.
    _limit(walls)
    process.no_new_privs()
    landlock.restrict(
        readable=(*walls.readable, *gpu.readable()) if walls.on_gpu else walls.readable,
        writable=walls.writable,
        listable=walls.listable,
        devices=gpu.devices() if walls.on_gpu else (),
    )
    process.drop_capabilities()
    seccomp.install(on_gpu=walls.on_gpu)
    _make_sure_of(walls.hidden)


def move_apart(walls: Walls) -> None:
    """Raise what T2 and T3 add to the walls of T1, and nothing else. Raise WallError where it is refused."""
    if os.getpid() != 1:
        raise WallError(f"walls of {walls.tier.value} go up in a process that its ground has forked")
    if not walls.writable or (walls.tier is Tier.T3) != (walls.user is not None):
        raise WallError(f"a box of {walls.tier.value} lacks its own folder or user, or has one too many")
    cage.move_in(walls.visible, walls.copied, walls.writable[0])
    if walls.user is not None:
        identity.become(walls.user, walls.writable)


def _limit(walls: Walls) -> None:
    limits.set_limits(
        memory_bytes=walls.memory_bytes,
        cpu_seconds=walls.cpu_seconds,
        file_bytes=walls.file_bytes,
        on_gpu=walls.on_gpu,
        threads=limits.MOST_THREADS if walls.user is not None else None,
    )


def _refuse_contradictions(walls: Walls) -> None:
    for granted in (*walls.readable, *walls.writable):
        for secret in walls.hidden:
            if secret.resolve().is_relative_to(granted.resolve()):
                raise WallError(f"{secret} must stay hidden, but {granted} would be readable")


def _make_sure_of(hidden: tuple[Path, ...]) -> None:
    for path in hidden:
        try:
            os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC))
        except OSError:
            continue
        raise WallError(f"the walls are up, and {path} can still be read")
