"""The requests of one test and the replies to them, which can be given again without the box."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grader import endings
from grader.box import wire

_MOST_BYTES = 64 << 20


@dataclass(frozen=True)
class Reply:
    """A reply of the box, as it came and as it reads (see box.session)."""

    message: bytes | bytearray
    content: dict[str, Any]


def reply_in(message: bytes | bytearray) -> Reply:
    """Return the reply in a message. Raise Crashed when there is none."""
    try:
        content = wire.unpack(message)
    except wire.WireError as error:
        raise malformed(error) from None
    if not isinstance(content, dict):
        raise malformed("not a reply")
    return Reply(message, content)


def malformed(why: object) -> endings.Crashed:
    """Return the exception for bytes that are no reply: the submission has got at the channel."""
    return endings.Crashed(f"the sandbox sent a malformed reply ({why})")


class Transcript:
    """Passes requests on and notes the replies, until it is rewound: then it gives the same replies again.

    It goes on passing requests on when all replies are given, or a request differs from the one that was noted. It
    keeps 64 MB; when a test asks for more, it keeps nothing, and a rewound test is asked anew.
    """

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Forget everything, for the next test."""
        self._noted: list[tuple[bytes, bytes | bytearray | endings.Ended]] = []
        self._position = 0
        self._bytes = 0

    def rewind(self) -> None:
        """Give the replies again, from the first on."""
        self._position = 0

    def reply(self, message: bytes, ask: Callable[[bytes], Reply]) -> dict[str, Any]:
        """Return the noted reply to the request, or else `ask(message)`. Raise what the request raised, or raises."""
        if self._position < len(self._noted):
            request, noted = self._noted[self._position]
            if request == message:
                self._position += 1
                if isinstance(noted, endings.Ended):
                    raise copy.copy(noted)
                return wire.unpack(noted)  # type: ignore[no-any-return]
            self.begin()
        try:
            reply = ask(message)
        except endings.Ended as ended:
            self._note(message, copy.copy(ended))
            raise
        self._note(message, reply.message)
        return reply.content

    def _note(self, message: bytes, reply: bytes | bytearray | endings.Ended) -> None:
        self._bytes += len(message) + (0 if isinstance(reply, endings.Ended) else len(reply))
        if self._bytes > _MOST_BYTES:
            self._noted.clear()
        else:
            self._noted.append((message, reply))
        self._position = len(self._noted)
