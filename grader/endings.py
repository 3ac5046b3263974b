"""The ways in which a call into a submission can end without a value.

`StudentError` is an ordinary exception: tests may expect it. The others end a test whatever the
example, so they derive from BaseException: hypothesis would re-run the test on an Exception (27 calls
were measured against 3), and `except Exception` in a test must not swallow them.
"""

from __future__ import annotations

from grader.encodable import readable


class StudentError(Exception):
    """The submission raised an exception. Only the names of its classes and its text crossed.

    classes: names of the exception's class and its bases, most special first
    text:    str(exception), cut to a readable length
    where:   "softmax.py, line 12, in logsumexp: return x.max(dim)", the innermost line of the submission
    """

    def __init__(self, classes: tuple[str, ...], text: str, where: str = "") -> None:
        classes, text = tuple(map(readable, classes)), readable(text)
        super().__init__(f"{classes[0]}: {text}" if text else classes[0])
        self.classes = classes
        self.text = text
        self.where = readable(where)


class Ended(BaseException):
    """The call gave no verdict on the value: one of the subclasses below."""

    def __init__(self, text: str, where: str = "") -> None:
        text = readable(text)
        super().__init__(text)
        self.text = text
        self.where = readable(where)


class NotImplementedYet(Ended):
    """The function raises NotImplementedError, or is not defined."""


class ForbiddenCall(Ended):
    """The submission called a library function that the unit forbids, for it does the unit's work."""


class TimeLimit(Ended):
    """The box used up its CPU seconds, or ten times as many seconds of waiting.

    certain: True when it used CPU all that time. After mere waiting, the machine may be to blame.
    """

    def __init__(self, text: str, where: str = "", *, certain: bool = True) -> None:
        super().__init__(text, where)
        self.certain = certain


class MemoryLimit(Ended):
    """The submission asked for more memory than the unit allows."""


class Crashed(Ended):
    """The box died, or sent a malformed reply, in the middle of the call."""


class Broken(Ended):
    """The module could not be imported at all."""


class BoxFault(BaseException):
    """The kit or the machine is at fault, not the submission, which must not get a grade from it."""
