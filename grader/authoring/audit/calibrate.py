"""Thresholds of training, from the accuracies that the answer key reaches over many runs."""

from __future__ import annotations

import math
import multiprocessing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from msgspec import structs

from grader.course import Course, Unit
from grader.course.thresholds import FILE, Goal, read_thresholds
from grader.suite.training.accuracy import goals, item_budget, training

_CONFIDENCE = 0.999
# The worst hundredth of the answer key's runs is ignored: now and then, one fails by chance. The accuracy of the
# others is lowered by a margin: good work differs in its batches, its widths, its learning rates.
_RARE = 0.01
_MARGIN = 0.03


@dataclass(frozen=True)
class SeededRun:
    """One run of the unit's functions under one seed."""

    course: Path
    unit: str
    dataset: str
    device: str
    seed: int


def failing_at_most(below: int, runs: int) -> float:
    """Return the greatest failure rate that leaves `below` failures in `runs` runs possible, with 99.9 % confidence.

    Clopper and Pearson's exact bound (Biometrika 26, 1934): 0.01 for 0 of 688.
    """
    from scipy.special import betaincinv

    return float(betaincinv(below + 1, runs - below, _CONFIDENCE)) if below < runs else 1.0


def calibrate(
    course: Course,
    unit: Unit,
    *,
    dataset: str,
    device: str,
    runs: int,
    jobs: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Goal]:
    """Run the answer key under `runs` seeds, and write the goals that follow into the unit's thresholds.toml.

    Functions, models and epochs are those that the file names already: they are the author's to choose. Raises
    ValueError when it names none for this dataset and device.
    """
    known = goals(unit.tests, dataset, device)
    if not known:
        raise ValueError(f"{unit.tests / FILE} names no function under [{dataset}.{device}]")
    reached: dict[str, list[float]] = {name: [] for name in known}
    tasks = [SeededRun(course.root, unit.name, dataset, device, seed) for seed in range(runs)]
    for done, accuracies in enumerate(_each(tasks, jobs), 1):
        for name in known:
            reached[name].append(accuracies[name])
        progress(done, runs)
    found = {name: _goal(goal, sorted(reached[name])) for name, goal in known.items()}
    _write(unit.tests / FILE, dataset, device, found)
    return found


def _goal(goal: Goal, reached: list[float]) -> Goal:
    """Return the goal that follows from the accuracies reached, lowest first."""
    accuracy = math.floor(100 * (reached[int(_RARE * len(reached))] - _MARGIN)) / 100
    below = sum(a < accuracy for a in reached)
    return structs.replace(
        goal, accuracy=accuracy, runs=len(reached), below=below, lowest=round(reached[0], 4)
    )


def _each(tasks: list[SeededRun], jobs: int) -> Iterator[dict[str, float]]:
    if jobs == 1:
        yield from map(run_once, tasks)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap_unordered(run_once, tasks)


def run_once(task: SeededRun) -> dict[str, float]:
    """Return the accuracies of the answer key under one seed, by "function" or "function.model"."""
    import torch

    from grader.box.direct import answer_key_of
    from grader.course.datasets import disguised, load
    from grader.suite.student import Student

    torch.set_num_threads(1)
    unit = Course(task.course).unit(task.unit)
    box = answer_key_of(unit)
    images = disguised(load(task.dataset, device=task.device), task.seed)
    reached: dict[str, float] = {}
    known = goals(unit.tests, task.dataset, task.device)
    for function in dict.fromkeys(name.partition(".")[0] for name in known):
        run = training(
            Student(box, unit),
            function,
            images,
            item_budget=item_budget(known, function, images),
            seed=task.seed,
            device=task.device,
            looks=0,
        )
        reached |= {f"{function}.{name}" if name else function: a for name, a in run.accuracy.items()}
    return reached


def _write(file: Path, dataset: str, device: str, found: dict[str, Goal]) -> None:
    """Replace one table of the file, which holds nothing but such tables."""
    tables = read_thresholds(file)
    tables.setdefault(dataset, {})[device] = found
    lines = [
        "# Written by `grader calibrate`; `epochs`, and which functions are listed, are the author's to choose.",
        "# accuracy: what a run has to reach. runs: of the answer key, of which `below` did not; lowest: the worst.",
    ]
    for name, devices in tables.items():
        for on, entries in devices.items():
            lines += ["", f"[{name}.{on}]"]
            for key, goal in entries.items():
                fields = ", ".join(f"{k} = {v}" for k, v in structs.asdict(goal).items())
                lines.append(f'"{key}" = {{ {fields} }}')
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
