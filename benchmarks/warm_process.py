"""The limit that grading.py compares with: the same tests, warm, in one process, without isolation."""

from __future__ import annotations

import json
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
    """A pytest plugin whose run of the tests is to grade each module of the listing."""

    def __init__(self, unit: str, secret: bytes, modules: list[Path]) -> None:
        self.unit, self.secret, self.modules = find_course().unit(unit), secret, modules

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        hypothesis.settings.load_profile("official")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        _compat.forget_local_constants()
        torch.set_num_threads(1)
        for module in (self.unit.reference, *self.modules):
            unit = self.unit
            box = DirectBox(module, unit.probes, unit.forbidden, cpu_seconds=unit.limits.test_cpu_seconds)
            grade(session.config, session.items, unit, box, self.secret)
        return True


def main() -> None:
    modules = [Path(m) for m in json.load(sys.stdin)]
    plugin = Warm(sys.argv[1], bytes.fromhex(sys.argv[2]), modules)
    options = ["-q", "-pno:cacheprovider", "--capture=no", str(plugin.unit.tests)]
    out = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    try:
        pytest.main(options, plugins=[plugin])
    finally:
        os.dup2(out, 1)


if __name__ == "__main__":
    main()
