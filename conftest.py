"""`pytest` in this folder grades assignments/; `pytest --submission PATH` grades what is there."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # so that plain `pytest` finds the kit before it is installed

from grader.suite.plugin import PLUGINS

pytest_plugins = [
    "grader.options",
    *PLUGINS,
    "grader.suite.plugin.terminal",
    "grader.suite.plugin.workers",
]
