"""The submission of `pytest --tier T1`: in a box behind walls, as when a class is graded."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

import pytest

from grader.box.boxed import box_of_unit
from grader.box.protocol import Box
from grader.box.scratch import folder_of_boxes
from grader.box.zygote_handle import ZygoteHandle
from grader.course import Unit
from grader.intake.submission.errors import SubmissionError
from grader.intake.submission.helpers import find_helpers
from grader.intake.submission.staging import stage
from grader.intake.submission.submission import Submission
from grader.suite.plugin.stash import COURSE
from grader.suite.plugin.submission_path import dependencies_of, direct_box, others_of, submission_file


def walled_box(config: pytest.Config, unit: Unit, tier: str) -> Box:
    """Return a box of this tier on the unit's submission, which lives until pytest ends."""
    file = submission_file(unit, config)
    open_till_the_end = contextlib.ExitStack()
    config.add_cleanup(open_till_the_end.close)
    folder = Path(open_till_the_end.enter_context(tempfile.TemporaryDirectory(prefix="grader-walled-")))
    try:
        module = _staged(file, unit, config, folder / unit.name)
        dependencies = dependencies_of(file, unit, config)
    except SubmissionError:
        return direct_box(config, unit)  # which imports nothing, and says why
    probes = [unit.probes] if unit.probes.exists() else []
    zygote = ZygoteHandle(probes, [unit.forbidden], tier=tier)
    open_till_the_end.callback(zygote.close)
    boxes = open_till_the_end.enter_context(folder_of_boxes())
    zygote.wait_until_warm()
    device = config.getoption("--device")
    box = box_of_unit(zygote, unit, module, dependencies, boxes, tier=tier, device=device)
    open_till_the_end.callback(box.close)
    return box


def _staged(file: Path, unit: Unit, config: pytest.Config, folder: Path) -> Path:
    """Return a copy of the module, with its helpers, and nothing else of the folder that it lies in."""
    folder.mkdir()
    units = config.stash[COURSE].units.values()
    helpers = find_helpers(file, file.parent, not_helpers=others_of(unit, units))
    submission = Submission("", unit.name, file, (file, *helpers.files))
    return stage(submission, unit.module, folder).extract(unit.functions)
