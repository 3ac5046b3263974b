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
    """Answer one request. Return False, and say so in the reply, if this process should do no more."""
    content: object
    try:
        seconds, function, args, kwargs = pickle.loads(request)
        limits.limit_time(seconds)
        kind, content = "value", function(*args, **kwargs)
    except MemoryError:
        kind, content = "memory", None
    except client.TOLD as error:
        kind, content = "raised", error
    except Exception as error:  # nobody can list what unvetted files make the parsers raise
        kind, content = "failed", f"{type(error).__name__}: {error}".strip(": ")
    go_on = kind != "memory" and not limits.has_grown()
    send(replies, pickle.dumps((kind, content, go_on)))
    return go_on


if __name__ == "__main__":
    main()
