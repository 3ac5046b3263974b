"""The ground of a tier: what the process that boxes are forked from does once, and how it forks them.

One interface for all tiers. `prepare` once, before anything else; `fork` for each box; `ended` when one has ended. In
the box, `user` goes into its `Walls`.
"""

from __future__ import annotations

import os

from grader.box.walls import cage, namespaces, seccomp
from grader.box.walls.identity import Identities
from grader.box.walls.readable import default_readable, visible
from grader.box.walls.tiers import Tier


class Ground:
    """T0 and T1, which ask for nothing: all their walls are raised in the box.

    user: in a box, the number of the user that it is to become, if it has one of its own
    """

    user: int | None = None

    def fork(self) -> int:
        """Fork a process for a box. Return 0 there, and its number here.

        Raise BlockingIOError when there is no room for another one at this moment, OSError when it is refused.
        """
        return os.fork()

    def ended(self, pid: int) -> None:
        """Note that a box has ended, and that its parent has waited for it."""


class _ApartGround(Ground):
    """T2 and T3: boxes with namespaces, and a user of their own."""

    def __init__(self, identities: Identities | None) -> None:
        self._identities = identities
        self._forks = namespaces.Forks()

    def fork(self) -> int:
        user = self._identities.next() if self._identities else None
        pid = self._forks.fork()
        if pid == 0:
            self.user = user
        elif self._identities and user is not None:
            self._identities.take(user, pid)
        return pid

    def ended(self, pid: int) -> None:
        if self._identities:
            self._identities.give_back(pid)


def prepare(tier: Tier) -> Ground:
    """Make this process, with its single thread, one that boxes of the tier are forked from.

    At T2 and T3 it goes on in a child, and the caller never returns: see `namespaces.enter`. Raise WallError where the
    machine lacks what the tier asks for.
    """
    default_readable()  # found once, for all boxes
    if not tier.apart:
        return Ground()
    identities = Identities() if tier is Tier.T3 else None
    namespaces.enter([identities.lock] if identities else [])
    cage.plan(visible())
    if machine := seccomp.supported_machine():
        seccomp.program(machine, os.getpid(), on_gpu=False)
    return _ApartGround(identities)
