"""The processes of a command that was started anew: in its session, or forked for it by the warm server."""

from __future__ import annotations

from pathlib import Path

from warm.popen import short_name

JUDGE, ZYGOTE = "grader.judge.server", "grader.box.zygote"


def family_of(command: int) -> list[int]:
    """Return the ids of the command and of all that it has started, the oldest first."""
    born: dict[int, tuple[int, int]] = {}  # id → (when, id), as those of one moment follow each other
    parents: dict[int, int] = {}
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            name, _, rest = (folder / "stat").read_text().partition("(")[2].rpartition(")")
        except OSError:
            continue
        state, parent, _group, session, *more = rest.split()
        if state == "Z":
            continue
        pid = int(folder.name)
        born[pid], parents[pid] = (int(more[15]), pid), int(parent)
        if int(session) == command or name.endswith(f"-{command}"):
            found.append(pid)
    for pid in found:  # which grows: a box is in a session of its own
        found += [child for child, parent in parents.items() if parent == pid and child not in found]
    return sorted(found, key=born.__getitem__)


def processes_of(command: int, module: str) -> list[int]:
    """Return those of the family that run the module, or are forks of one that does. The oldest is the original."""
    return [pid for pid in family_of(command) if _runs(pid, command, module)]


def _runs(pid: int, command: int, module: str) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        name = Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return False
    if name.endswith(f"-{command}"):  # the command line of a fork is the server's
        return name == short_name(module, command)
    return module.encode() in words
