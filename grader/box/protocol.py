"""The interface of every box."""

from __future__ import annotations

from typing import Any, Protocol


class Box(Protocol):
    """Runs a submission's module: box.direct, box.kernel or box.boxed.

    begin_test: start the clock of a test, which may take this share of its time limit
    rewind:     give the answers since the test began once more, before anything new is asked; only the walled box can
    restart:    import the module anew before the next call
    close:      end whatever runs
    request:    return the value of a call ("call") or a probe ("run", or "run_anew" on a module
                that has just been imported); raise the exceptions of grader.endings
    """

    tier: str
    device: str

    def begin_test(self, share: float = 1.0) -> None: ...
    def rewind(self) -> None: ...
    def restart(self) -> None: ...
    def close(self) -> None: ...
    def request(self, op: str, name: str, args: Any, kwargs: Any, seed: int | None) -> Any: ...
