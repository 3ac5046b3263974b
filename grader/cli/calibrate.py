"""`grader calibrate`: where the thresholds of training come from."""

from __future__ import annotations

from typing import Annotated

import typer

from grader.cli.console import UsageError, progress_bar
from grader.cli.machine import DEFAULT_JOBS
from grader.cli.parameters import Jobs
from grader.course import find_course


def calibrate(
    unit: Annotated[str, typer.Argument(help="a unit with thresholds.toml, such as 10_training")],
    dataset: Annotated[str, typer.Option(help="what to train on")] = "digits",
    device: Annotated[str, typer.Option(help="where")] = "cpu",
    runs: Annotated[int, typer.Option(min=1, help="how many runs of the answer key")] = 688,
    jobs: Jobs = DEFAULT_JOBS,
) -> None:
    """Train the answer key under many seeds; write the thresholds."""
    from grader.authoring.audit.calibrate import calibrate, failing_at_most
    from grader.course.datasets import DatasetError

    course = find_course()
    try:
        with progress_bar("calibrating") as advance:
            found = calibrate(
                course,
                course.unit(unit),
                dataset=dataset,
                device=device,
                runs=runs,
                jobs=jobs,
                progress=advance,
            )
    except (DatasetError, ValueError) as error:
        raise UsageError(str(error)) from None
    for name, goal in found.items():
        most = failing_at_most(goal.below, runs)
        print(
            f"{name:28} {goal.accuracy:.2f}; the answer key stayed below in {goal.below} of {runs} runs "
            f"(at most {most:.1%}, with 99.9 % confidence); its worst: {goal.lowest:.4f}"
        )
