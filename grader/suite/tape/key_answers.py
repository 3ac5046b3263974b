"""The answer key as `reference`, whose answers are recorded, and given again from the tape."""

from __future__ import annotations

from typing import Any

from grader.box import wire
from grader.box.protocol import Box
from grader.endings import StudentError
from grader.suite.tape.taped import ReferenceAnswer


class TapedReference:
    """A box that answers from the tape what was asked in the same order before, and asks the answer key the rest.

    It has three states, one example at a time: recording, playing, and neither.
    """

    def __init__(self, answer_key: Box) -> None:
        self.tier, self.device = answer_key.tier, answer_key.device
        self._answer_key = answer_key
        self._recorded: list[ReferenceAnswer] | None = None
        self._left: list[ReferenceAnswer] = []
        self._played: list[ReferenceAnswer] = []

    def record(self, answers: list[ReferenceAnswer]) -> None:
        """From now on, append each answer to `answers`."""
        self.stop()
        self._recorded = answers

    def play(self, answers: list[ReferenceAnswer]) -> None:
        """From now on, give these answers."""
        self.stop()
        self._left = answers[::-1]

    def stop(self) -> None:
        """From now on, ask the answer key."""
        self._recorded, self._left, self._played = None, [], []

    def request(self, op: str, name: str, args: Any, kwargs: Any, seed: int | None) -> Any:
        """Return what the answer key answers. Raise StudentError when it raises an exception."""
        message = wire.pack(
            {"op": op, "name": name, "args": list(args), "kwargs": dict(kwargs), "seed": seed}
        )
        if self._left and self._left[-1].message == message:
            self._played.append(answer := self._left.pop())
        else:
            self._catch_up()
            answer = self._asked(message)
            if self._recorded is not None:
                self._recorded.append(answer)
        if isinstance(answer.reply, bytes):
            return wire.unpack(answer.reply)
        error = answer.reply
        raise StudentError(error.classes, error.text, error.where)  # anew: who catches one may write on it

    def _catch_up(self) -> None:
        """Have the answer key do what was played in this example, before it does anything else."""
        for answer in self._played:
            self._asked(answer.message)
        self._left, self._played = [], []

    def _asked(self, message: bytes) -> ReferenceAnswer:
        try:
            return ReferenceAnswer(message, wire.pack(self._answer_key.request(**wire.unpack(message))))
        except StudentError as error:
            return ReferenceAnswer(message, error)

    def begin_test(self, share: float = 1.0) -> None:
        """Do nothing: the answer key has all the time it takes."""

    def restart(self) -> None:
        """Have the answer key imported anew."""
        self._answer_key.restart()

    def rewind(self) -> None:
        """Do nothing: the answer key keeps nothing from one example to the next."""

    def close(self) -> None:
        """End the answer key's box."""
        self._answer_key.close()
