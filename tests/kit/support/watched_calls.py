"""Calls watched as in a box, which can't be undone: `python -m support.watched_calls`, from JSON to JSON.

Given [[source, patience], …], it has each source as a module in a process of its own, in which the guard watches for
good. It calls f, then idle until that is told of a forbidden call, or for `patience` seconds, and then idle once more.
It answers with how the calls ended: "value", or what they raised.

A process of its own does this, for a fork of one in which torch has started threads may hang.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch

from grader.box import wire
from grader.box.guard import Guard
from grader.box.session import Session
from grader.box.sight.compiling import nothing_compiled
from grader.course import load_module
from grader.endings import ForbiddenCall
from support import KIT, ROOT
from support.shortcuts import FORBIDDEN, X
from support.walls import in_a_child

IDLE = "def idle(x): return x + 2\n"


def watched(sources: Mapping[str, tuple[str, float]]) -> dict[str, list[str]]:
    """Return how calls of f and then of idle, which is added, ended for each of these (source, patience)."""
    cases = [(source + IDLE, patience) for source, patience in sources.values()]
    done = subprocess.run(
        [sys.executable, "-m", "support.watched_calls"],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "PYTHONPATH": f"{KIT}{os.pathsep}{ROOT}"},
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(sources, json.loads(done.stdout), strict=True))


def _ends(module: Path, patience: float) -> Iterator[str]:
    guard = Guard(FORBIDDEN, alone=True, for_good=True)
    with nothing_compiled(), guard.importing():
        session = Session(load_module(module, fresh=True), None, guard)
    yield _end(session, "f")
    until = time.monotonic() + patience
    while "yourself" not in (end := _end(session, "idle")) and time.monotonic() < until:
        time.sleep(0.01)
    yield end
    yield _end(session, "idle")


def _listed(module: Path, patience: float) -> list[str]:
    return list(_ends(module, patience))


def _end(session: Session, name: str) -> str:
    request: dict[str, Any] = {"op": "call", "name": name, "args": [X], "kwargs": {}, "seed": None}
    try:
        session.perform(request, lambda result: wire.pack({"value": result}))
    except ForbiddenCall as error:
        return error.text
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "value"


def main() -> None:
    torch.set_num_threads(1)
    Guard.prepare(FORBIDDEN)
    answers = []
    with tempfile.TemporaryDirectory() as folder:
        module = Path(folder, "module.py")
        for source, patience in json.load(sys.stdin):
            module.write_text(source, encoding="utf-8")
            told = in_a_child(functools.partial(_listed, module, patience))
            answers.append(told.get("value", [str(told)]))
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
