"""One picture an experiment: loss, accuracy, lr and momentum, a line for each seed."""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")

from experiments import Experiment
from matplotlib import pyplot as plt
from runs import Run


def draw(experiment: Experiment, runs: list[Run], title: str, comparable: bool, file: Path) -> None:
    """Write `file`, a PNG. The source's accuracies are drawn only where they compare."""
    figure, ((loss, acc), (lr, mom)) = plt.subplots(2, 2, figsize=(9, 6), layout="constrained")
    figure.suptitle(title, fontsize=10)
    for run in runs:
        label = f"seed {run.seed}"
        loss.plot(run.batches["loss"], linewidth=0.7, label=label)
        acc.plot(range(1, len(run.epochs) + 1), [row[2] for row in run.epochs], "o-", label=label)
        lr.plot(run.batches["lr"], label=label)
        if "mom" in run.batches:
            mom.plot(run.batches["mom"], label=label)
    if comparable:
        acc.plot(range(1, experiment.epochs + 1), experiment.accuracies, "kx--", label="the source")
    if not mom.lines:
        mom.text(0.5, 0.5, "none", ha="center", va="center", transform=mom.transAxes)
    acc.legend(fontsize=8)
    acc.set_xticks(range(1, max(len(run.epochs) for run in runs) + 1))
    for axes, name, x in (
        (loss, "training loss", "batch"),
        (acc, "validation accuracy", "epoch"),
        (lr, "learning rate", "batch"),
        (mom, "momentum", "batch"),
    ):
        axes.set_ylabel(name)
        axes.set_xlabel(x)
    figure.savefig(file, dpi=100)
    plt.close(figure)
