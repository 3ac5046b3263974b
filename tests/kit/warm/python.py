"""`python -ES python.py FOLDER ARGUMENT...`: run Python with the arguments, by a fork of the server in FOLDER."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from warm.popen import WarmPopen

WarmPopen.server = sys.argv[1]
with WarmPopen([sys.executable, *sys.argv[2:]]) as process:
    status = process.wait()
sys.exit(status if status >= 0 else 128 - status)
