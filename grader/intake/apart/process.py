"""The reading process: it calls the functions that it is sent, one after the other, until its input ends.

Requests come from the kit. Replies hold what functions of the kit have returned, or why they have not; `client` takes
no other classes out of them.
"""

from __future__ import annotations

import os
import pickle
import sys
from typing import BinaryIO

from grader.intake.apart import client, limits
from grader.intake.apart.framing import receive, send


def main() -> None:
    """Answer the requests on standard input. Standard output holds replies alone, whatever a function prints."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    client.HERE.inside = True
    limits.set_limits()
    while (request := receive(sys.stdin.buffer)) is not None:
        if not _answer(request, replies):
            return


def _answer(request: bytes, replies: BinaryIO) -> bool:
    """Answer one request. Return False if this process should do no more."""
    fit = True
    try:
        seconds, function, args, kwargs = pickle.loads(request)
        limits.limit_time(seconds)
        reply = pickle.dumps(("value", function(*args, **kwargs)))
    except MemoryError:
        reply, fit = pickle.dumps(("memory", None)), False
    except client.TOLD as error:
        reply = pickle.dumps(("raised", error))
    except Exception as error:  # nobody can list what unvetted files make the parsers raise
        reply = pickle.dumps(("failed", f"{type(error).__name__}: {error}".strip(": ")))
    send(replies, reply)
    return fit and not limits.has_grown()


if __name__ == "__main__":
    main()
