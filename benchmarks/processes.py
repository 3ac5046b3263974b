"""The processes of a running `grader grade`, and what each holds: memory and descriptors."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.box.walls.tiers import Tier

JUDGE, ZYGOTE = "grader.judge.server", "grader.box.zygote"


class Gone(Exception):
    """A process that was looked for is not there, or not yet."""


@dataclass(frozen=True)
class Held:
    """The memory of a process in megabytes, in three measures, and the number of its descriptors.

    resident: with what it shares with its forks; proportional: PSS; own: USS, which falls while forks share it
    """

    resident: float
    proportional: float
    own: float
    descriptors: int


def children(pid: int, module: str = "") -> list[int]:
    """Return the children of a process whose command line names the module, in the order of their start."""
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
        return [
            int(child) for child in found if module.encode() in Path(f"/proc/{child}/cmdline").read_bytes()
        ]
    except OSError:
        return []


def family(client: int, tier: Tier) -> dict[str, int]:
    """Return client, judge and zygote by name. Raise Gone when one is not there.

    From tier T2 on, the process that the judge has started waits for the zygote, which is its only child.
    """
    judge = _first(children(client, JUDGE))
    zygote = _first(children(judge, ZYGOTE))
    return {"client": client, "judge": judge, "zygote": _first(children(zygote)) if tier.apart else zygote}


def boxes(zygote: int) -> list[int]:
    """Return the boxes that the zygote has forked."""
    return children(zygote)


def held(pid: int) -> Held:
    """Return what the process holds. Raise Gone when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()[1:]
        kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
        descriptors = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except (OSError, IndexError, ValueError):
        raise Gone(f"process {pid} has ended") from None
    own = kilobytes.get("Private_Clean", 0) + kilobytes.get("Private_Dirty", 0)
    return Held(kilobytes["Rss"] / 1024, kilobytes["Pss"] / 1024, own / 1024, descriptors)


def _first(found: list[int]) -> int:
    if not found:
        raise Gone("a process of the grading is not there")
    return found[0]
