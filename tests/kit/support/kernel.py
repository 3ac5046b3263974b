"""Run cells as a notebook's kernel does: functions are defined in __main__, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from support import ROOT, UNIT

HOME = ROOT / "assignments" / UNIT
# The kernel's namespace: functions are defined in __main__, and a cell is what is executed in it.
NOTEBOOK = """
import contextlib, io, json, sys
from pathlib import Path

told = {}

def cell(name, text):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            value = eval(text, globals())
        except Exception as error:
            value = None
            told[name + " error"] = error._render_traceback_() if hasattr(error, "_render_traceback_") else repr(error)
    told[name] = {"value": value, "out": out.getvalue(), "err": err.getvalue()}

from grader import check
"""
END = "\nprint(json.dumps(told))\n"


def in_a_kernel(text: str, cwd: Path = HOME, **env: str) -> dict[str, Any]:
    """Run the cells and return what they have noted in `told`."""
    environment = {k: v for k, v in os.environ.items() if k not in ("GRADER_COURSE", "NBGRADER_EXECUTION")}
    done = subprocess.run(
        [sys.executable, "-u", "-c", NOTEBOOK + text + END],
        cwd=cwd,
        env={**environment, "PYTHONPATH": str(ROOT), **env},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return {**json.loads(done.stdout.splitlines()[-1]), "raw stderr": done.stderr}
