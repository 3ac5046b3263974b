"""Tiers: the strengths of walls, by name, and the errors when a tier is not available."""

from __future__ import annotations

import enum


class WallError(RuntimeError):
    """The requested walls are not up. No untrusted code may run after this."""


class Tier(enum.Enum):
    """Each tier holds what the one before it holds, and more."""

    T0 = "T0"
    T1 = "T1"
    T2 = "T2"
    T3 = "T3"

    @property
    def description(self) -> str:
        return _DESCRIPTIONS[self.value]

    @property
    def apart(self) -> bool:
        """True where each box has namespaces of its own."""
        return self in (Tier.T2, Tier.T3)

    @classmethod
    def parse(cls, text: str) -> Tier:
        """Return the tier that a user named: "t1", "T1" or "1". Raise ValueError for anything else."""
        name = text.strip().upper()
        try:
            return cls(name if name.startswith("T") else f"T{name}")
        except ValueError:
            known = ", ".join(f"{tier.value} ({tier.description})" for tier in cls)
            raise ValueError(f"there is no tier {text!r}; the tiers are {known}") from None


_DESCRIPTIONS = {
    "T0": "no walls: a separate process only",
    "T1": "Landlock, seccomp, no_new_privs, rlimits",
    "T2": "T1 + namespaces: of users, files, processes, network and IPC",
    "T3": "T2 + a user of its own for each box; for root",
}
