"""`pytest` in this folder grades assignments/; `pytest --submission PATH` grades what is there."""

import gc
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # so that plain `pytest` finds the kit before it is installed

# With torch come 180 000 objects that stay. Python looks for garbage among them again and again while it imports them,
# and later whenever hypothesis and pytest ask it to: that was a third of the time that a start took.
gc.disable()
from grader.suite.plugin import PLUGINS  # noqa: E402

gc.freeze()
gc.enable()

pytest_plugins = [
    "grader.options",
    *PLUGINS,
    "grader.suite.plugin.terminal",
    "grader.suite.plugin.workers",
]
