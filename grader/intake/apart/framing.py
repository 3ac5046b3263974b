"""Messages on a pipe: their length, then their bytes."""

from __future__ import annotations

import struct
from typing import IO

_HEAD = struct.Struct("<Q")
_MOST = 1 << 28  # bytes of one message


def send(pipe: IO[bytes], message: bytes) -> None:
    """Write a message. Raises BrokenPipeError when nobody reads."""
    pipe.write(_HEAD.pack(len(message)) + message)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes | None:
    """Return the next message; None when the other end has closed, in the middle of one or between two."""
    head = pipe.read(_HEAD.size)
    if len(head) < _HEAD.size or (size := _HEAD.unpack(head)[0]) > _MOST:
        return None
    message = pipe.read(size)
    return message if len(message) == size else None
