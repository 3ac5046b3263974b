"""The checks that every tier has to pass: what code behind its walls tries, and whether that has to succeed.

One list for all tiers, in which each check says from which tier on it holds. `selftest` makes them, for `grader
doctor`, at the start of each run, and in the kit's tests. Nothing is harmed where the walls do not hold: whatever is
written is removed again, signal 0 does nothing, and a process is only inspected.
"""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from grader.box.walls import attempts
from grader.box.walls.attempts import Situation
from grader.box.walls.tiers import Tier

MEMORY_BYTES = 256 * 2**20
_ELSEWHERE = ("192.0.2.1", 9)  # an address that no network has (RFC 5737). Nothing is sent there


@dataclass(frozen=True)
class Check:
    """An attempt, and how it has to end.

    since: the first tier that it holds at
    apart: it holds by namespaces and users' numbers alone, without Landlock and seccomp
    """

    name: str
    expected: Literal["denied", "allowed"]
    act: Callable[[Situation], object]
    since: Tier = Tier.T1
    apart: bool = False


def checks(tier: Tier, found: Situation) -> list[Check]:
    """Return the checks that the tier has to pass; at T0 those of T1, which it won't."""
    names = [each.name for each in Tier]
    reached = names.index(max(tier.name, Tier.T1.name))
    return [c for c in (*CHECKS, *_of_secrets(found)) if names.index(c.since.name) <= reached]


def _of_secrets(found: Situation) -> Iterator[Check]:
    for secret in found.secrets:
        yield Check(f"see {secret}", "denied", partial(_on, Path.stat, secret), Tier.T2, apart=True)
        if secret.is_dir():
            yield Check(f"list {secret}", "denied", partial(_on, attempts.list_folder, secret))
            continue
        for path in (secret, Path(f"/proc/self/root{secret}")):
            yield Check(f"open {path}", "denied", partial(_on, attempts.read_file, path))


def _on(act: Callable[[Path], object], path: Path, _: Situation) -> None:
    act(path)


CHECKS: tuple[Check, ...] = (
    # what submissions need
    Check("run a thread", "allowed", attempts.thread),
    Check("os.urandom", "allowed", lambda _: len(os.urandom(16))),
    Check("time.sleep", "allowed", lambda _: time.sleep(0.001)),
    Check("import a module for the first time", "allowed", attempts.import_one),
    Check("read a file of an installed package", "allowed", attempts.read_of_a_package),
    Check("write into its own folder", "allowed", attempts.write_own),
    Check("numpy product", "allowed", lambda _: attempts.product("numpy")),
    Check("torch product", "allowed", lambda _: attempts.product("torch")),
    # files
    Check("read /etc/passwd", "denied", lambda _: attempts.read_file(Path("/etc/passwd"))),
    Check(
        "write a file in the temporary folder",
        "denied",
        lambda _: attempts.write_somewhere(Path(tempfile.gettempdir())),
    ),
    Check("write a file beside its own folder", "denied", lambda s: attempts.write_somewhere(s.own.parent)),
    Check("change a file's mode", "denied", lambda s: attempts.change_mode(s.ours)),
    Check("list another box's folder", "denied", lambda s: attempts.list_folder(s.neighbour)),
    Check("read another box's file", "denied", lambda s: attempts.read_file(s.neighbour / "kept")),
    Check("see /etc/passwd", "denied", lambda _: Path("/etc/passwd").stat(), Tier.T2, apart=True),
    Check("see another box's folder", "denied", lambda s: s.neighbour.stat(), Tier.T2, apart=True),
    # processes
    Check("fork", "denied", attempts.fork),
    Check("spawn a process", "denied", attempts.spawn),
    Check(
        "run a subprocess",
        "denied",
        lambda _: subprocess.run(attempts.nothing(), capture_output=True).returncode,
    ),
    Check("exec another program", "denied", lambda _: attempts.call(attempts.EXECVE, 0, 0, 0)),
    Check("signal the parent", "denied", lambda s: os.kill(s.parent, 0)),
    Check("signal every process", "denied", lambda _: os.kill(-1, 0), apart=True),
    Check(
        "read the parent's environment",
        "denied",
        lambda s: attempts.read_file(Path(f"/proc/{s.parent}/environ")),
    ),
    Check("read the parent's memory", "denied", attempts.read_memory),
    # PTRACE_SEIZE: unlike PTRACE_ATTACH it does not stop the parent where it is let through
    Check("trace the parent", "denied", lambda s: attempts.call(attempts.PTRACE, 0x4206, s.parent, 0, 0)),
    Check("see a process in /proc", "denied", attempts.see_a_process, Tier.T2, apart=True),
    # network and other processes' sockets
    Check("open a TCP socket", "denied", lambda _: socket.socket(socket.AF_INET).close()),
    Check("open a unix socket", "denied", lambda _: socket.socket(socket.AF_UNIX).close()),
    Check("connect to this machine", "denied", lambda _: attempts.reach(("127.0.0.1", 9)), apart=True),
    Check("find a way to another machine", "denied", lambda _: attempts.reach(_ELSEWHERE), apart=True),
    Check("connect to a socket of the parent", "denied", attempts.knock, apart=True),
    # powers
    Check(
        "unshare namespaces", "denied", lambda _: attempts.call(attempts.UNSHARE, 0x10000000)
    ),  # CLONE_NEWUSER
    Check("allocate more memory than the limit", "denied", lambda _: len(bytearray(_too_much()))),
    Check("share a namespace with the parent", "denied", attempts.share, Tier.T2, apart=True),
    Check("be the parent's user", "denied", attempts.be_the_same, Tier.T3, apart=True),
    Check("become root", "denied", lambda _: os.setuid(0), Tier.T3, apart=True),
    Check("start more threads than a box may", "denied", attempts.many_threads, Tier.T3),
)


def _too_much() -> int:
    """Return more bytes than the limit leaves room for, whatever the process has given back since it was set."""
    import resource  # not on Windows

    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return 2 * MEMORY_BYTES if limit == resource.RLIM_INFINITY else limit + 1
