"""What a judge may ask of a box."""

from __future__ import annotations

from typing import Any, Protocol


class Box(Protocol):
    """Where the module runs: box.direct or box.boxed."""

    tier: str
    device: str

    def begin_test(self, share: float = 1.0) -> None: ...
    def restart(self) -> None: ...
    def close(self) -> None: ...
    def request(self, op: str, name: str, args: Any, kwargs: Any, seed: int | None) -> Any: ...
