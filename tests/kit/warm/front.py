"""`python front.py FOLDER MODULE ARGUMENT...`: be `python -m MODULE ARGUMENT...`, for what needs a terminal of its own.

It is a new process, and its own processes are forked by the server in FOLDER.
"""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])
from warm.popen import WarmPopen  # noqa: E402

sys.path[0] = str(Path.cwd())
WarmPopen.server, module, *arguments = sys.argv[1:]
subprocess.Popen = WarmPopen  # type: ignore[misc]
sys.argv = [module, *arguments]
runpy.run_module(module, run_name="__main__", alter_sys=True)
