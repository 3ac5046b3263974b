"""Judge training by the accuracy on images that were never seen, over several seeds.

The submission trains in its box and predicts classes there. The labels of the images for validation stay here, and the
images are deformed afresh for every run, so that they can't be looked up.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from grader.course.thresholds import FILE, Goal, read_thresholds
from grader.suite.statistics.sequential import SPRT
from grader.suite.student import Mismatch, Student

if TYPE_CHECKING:
    from grader.course.datasets import Dataset

_LOOKS = 12
_MOST_CURVES = 10
_QUICK_TEST = SPRT(good=0.7, bad=0.2, accept=3, reject=6, most=2)
_GUESSING = 1.5  # times the accuracy of guessing: a model below has learned next to nothing
_STRANGE_RUNS, _STRANGE_MARGIN = 3, 0.15
_SATURATED = 0.9  # of all images in one class


@dataclass
class Training:
    """One run of a function that trains, and the accuracy of its models.

    fate: in words, for models that did not train as they should
    """

    accuracy: dict[str, float] = field(default_factory=dict)
    fate: dict[str, str] = field(default_factory=dict)
    curves: dict[str, list[list[float]]] = field(default_factory=dict)
    items: int = 0


def goals(unit: Path, dataset: str, device: str) -> dict[str, Goal]:
    """Return the goals of a unit's thresholds.toml, by "function" or "function.model"; empty without such a file.

    A device without measurements has the goals of the CPU: the place of the random draws, and the order of sums, change
    single runs but not their quality.
    """
    devices = read_thresholds(unit / FILE).get(dataset, {})
    return devices.get(device) or devices.get("cpu", {})


def item_budget(goal: dict[str, Goal], function: str, images: Dataset) -> int:
    """Return the number of items that a call of the function may train on; the models of one call share it."""
    return next(g.epochs for name, g in goal.items() if name.partition(".")[0] == function) * len(
        images.y_train
    )


def training(
    student: Student,
    function: str,
    images: Dataset,
    *,
    item_budget: int,
    seed: int,
    device: str,
    looks: int = _LOOKS,
) -> Training:
    """Have `function` train once, in the box. Raise Mismatch when it returns no model, or exceeds its budget."""
    data = {
        "x_train": images.x_train,
        "y_train": images.y_train,
        "x_valid": images.x_valid,
        "classes": len(images.classes),
        "budget": item_budget,
    }
    call = f"model = {function}(data, seed={seed}, device={device!r})"
    seen = student.run("train", function, data, seed, device, looks, as_python=call)
    if seen["items"] > item_budget:
        raise Mismatch(
            f"{function} trained on {seen['items']} items, and its budget is {item_budget} "
            f"({item_budget / len(images.y_train):g} epochs of {len(images.y_train)})"
        )
    result = Training(items=seen["items"])
    log = list(seen["log"].items())[:_MOST_CURVES]  # the probe keeps fewer; a forged reply may hold anything
    result.curves = {f"{name[:20]}, batch by batch": _thinned(values) for name, values in log}
    for name, items, predictions in seen["looks"][: 2 * looks]:
        key = f"accuracy{f' of {name}' if name else ''}, by items trained on"
        result.curves.setdefault(key, []).append([items, _accuracy(predictions, images.y_valid)])
    for name, model in seen["models"].items():
        result.accuracy[name], fate = _judge(function, name, model, images, seen)
        if fate:
            result.fate[name] = fate
    return result


def _judge(
    function: str, name: str, model: dict[str, Any], images: Dataset, seen: dict[str, Any]
) -> tuple[float, str]:
    """Return the model's accuracy, and in words what is wrong with it, if that is plain to see."""
    what = f"{function}'s {name}" if name else function
    if model["kind"] != "nn.Module":
        raise Mismatch(f"{what} has to be a trained nn.Module, but is a {model['kind']}")
    classes = len(images.classes)
    wanted = [len(images.y_valid), classes]
    if model["shape"] != wanted:
        raise Mismatch(
            f"{what}: for images {list(images.x_valid.shape)} the model gives {model['shape']}, expected {wanted}"
        )
    accuracy = _accuracy(model["predictions"], images.y_valid)
    losses = seen["log"].get("loss", [])
    bad = next((i for i, loss in enumerate(losses) if not math.isfinite(loss)), None)
    top = int(model["predictions"].bincount(minlength=classes).max()) / len(images.y_valid)
    if not model["finite"]:
        when = f"; the loss is no number from batch {bad} on" if bad is not None else ""
        return accuracy, f"it diverged: the model's output is not finite{when}"
    if top > _SATURATED:
        return accuracy, f"it predicts one and the same class for {top:.0%} of the images"
    if accuracy < _GUESSING / classes:
        return accuracy, f"that is hardly better than guessing (1 in {classes})"
    return accuracy, ""


def reaches(
    student: Student,
    function: str,
    images_for: Callable[[int], Dataset],
    goal: dict[str, Goal],
    *,
    device: str,
    curves: dict[str, Any],
    test: SPRT = SPRT(),  # noqa: B008 - frozen
    strange_for: Callable[[int], Dataset] | None = None,
) -> None:
    """Raise Mismatch unless every model that `function` trains reaches its goal in run after run, each of another seed.

    images_for: number → the images for a run. The seed that the submission is given has nothing to do with the number
    goal, curves: as `goals` gives them; `curves` receives those of the first run
    strange_for:  number → images of the same kind that nobody can have seen, for a last run of work that has passed
    When `student.quick`, one run that passes decides, or two that don't, and the last run is left out.
    """
    runs: list[Training] = []
    goal = {name: g for name, g in goal.items() if name.partition(".")[0] == function}

    def run_on(images_for: Callable[[int], Dataset], looks: int = 0) -> Training:
        number = int(torch.randint(2**31, ()))
        images = images_for(number)
        run = training(
            student,
            function,
            images,
            item_budget=item_budget(goal, function, images),
            seed=int(torch.randint(2**31, ())),  # drawn by itself: it tells nothing of the number
            device=device,
            looks=looks,
        )
        if missing := [name for name in goal if _model(name) not in run.accuracy]:
            names = ", ".join(map(_model, missing))
            raise Mismatch(f"{function} has to return a dict with a trained model for {names}, too")
        return run

    def passes() -> Iterator[bool]:
        while True:
            runs.append(run := run_on(images_for, 0 if runs else _LOOKS * len(goal)))
            if len(runs) == 1:
                curves.update(run.curves)
            yield all(run.accuracy[_model(name)] >= g.accuracy for name, g in goal.items())

    if student.quick:
        test = _QUICK_TEST
    if not test.decide(passes()):
        raise Mismatch(_report(function, goal, runs, test))
    if strange_for and not student.quick:
        _require_learning(function, goal, lambda: run_on(strange_for).accuracy)


def _require_learning(function: str, goal: dict[str, Goal], reached: Callable[[], dict[str, float]]) -> None:
    """Raise Mismatch when every model, or one, is far from its goal on strange images, in three runs on end."""
    for _ in range(_STRANGE_RUNS):
        accuracy = reached()
        low = [n for n, g in goal.items() if accuracy[_model(n)] < g.accuracy - _STRANGE_MARGIN]
        if not low:
            return
    name = low[0]
    what = f"{function}, {_model(name)}" if _model(name) else function
    raise Mismatch(
        f"{what}: accuracy {accuracy[_model(name)]:.1%} on images whose quarters have changed places, the same way in "
        f"x_train and x_valid; expected at least {goal[name].accuracy - _STRANGE_MARGIN:.1%}, for they are learned as "
        "well as others. What the model knows has to come from x_train and y_train of that very call"
    )


def _report(function: str, goal: dict[str, Goal], runs: list[Training], test: SPRT) -> str:
    """Return which models stay below their goals, in how many runs, and what is wrong with them."""
    lines = []
    for name, g in goal.items():
        reached = [run.accuracy[_model(name)] for run in runs]
        low = [a for a in reached if a < g.accuracy]
        if not low:
            continue
        what = f"{function}, {_model(name)}" if _model(name) else function
        lines.append(
            f"{what}: accuracy {', '.join(f'{a:.1%}' for a in reached)} on new images, expected at least "
            f"{g.accuracy:.1%}: {len(low)} of {len(runs)} runs stay below (of the answer key, {g.below} of {g.runs})"
        )
        if fate := next((run.fate[_model(name)] for run in runs if _model(name) in run.fate), ""):
            lines.append(fate[0].upper() + fate[1:])
    epochs = next(iter(goal.values())).epochs
    lines.append(f"It trained on {runs[0].items} items in the first run; the budget is {epochs} epochs.")
    lines.append(
        f"Work as good as the answer key fails here less than one time in {1 / test.false_fail_rate:.0e}."
    )
    return "\n".join(lines)


def _model(name: str) -> str:
    """Return the model's part of a goal's name, "" if the function returns a single model."""
    return name.partition(".")[2]


def _accuracy(predictions: torch.Tensor, labels: torch.Tensor) -> float:
    if predictions.shape != labels.shape:
        return 0.0
    return float((predictions == labels).double().mean())


def _thinned(values: list[float], most: int = 400) -> list[list[float]]:
    """Return at most that many points (number of the batch, value) of a curve."""
    step = max(1, -(-len(values) // most))
    return [[i, values[i]] for i in range(0, len(values), step) if math.isfinite(values[i])]
