"""The limit that the kit's cost is compared with: hypothesis, warm, in one process without isolation.

    python benchmarks/warm_process.py UNIT SECRET

A line on stdin names a module, the answer is a line: "graded" or what went wrong. The first line says "ready".
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import hypothesis
import pytest
import torch

from grader.box.direct import DirectBox
from grader.course import find_course
from grader.judge.submission import grade
from grader.suite.plugin import _compat


class Warm:
    """A pytest plugin whose run of the tests is to grade each module that is named."""

    def __init__(self, unit: str, secret: bytes, out: int) -> None:
        self.unit, self.secret, self.out = find_course().unit(unit), secret, out

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        hypothesis.settings.load_profile("official")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        _compat.forget_local_constants()
        torch.set_num_threads(1)
        self._grade(session, self.unit.reference)
        self._say("ready")
        for line in sys.stdin:
            self._grade(session, Path(line.strip()))
            self._say("graded")
        return True

    def _grade(self, session: pytest.Session, module: Path) -> None:
        unit = self.unit
        box = DirectBox(
            module,
            unit.probes,
            unit.forbidden,
            cpu_seconds=unit.limits.test_cpu_seconds,
            dependencies=unit.reference_dependencies,
        )
        grade(session.config, session.items, unit, box, self.secret)

    def _say(self, line: str) -> None:
        os.write(self.out, f"{line}\n".encode())


def main() -> None:
    out = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    plugin = Warm(sys.argv[1], bytes.fromhex(sys.argv[2]), out)
    pytest.main(["-q", "-pno:cacheprovider", "--capture=no", str(plugin.unit.tests)], plugins=[plugin])


if __name__ == "__main__":
    main()
