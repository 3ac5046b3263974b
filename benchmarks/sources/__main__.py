"""The experiments of the sources, run by this course's answer keys, with the sources' numbers beside ours.

    python benchmarks/sources [--device cuda] [--dataset NAME] [--seeds N] [--epochs N] [--out FOLDER]

Lesson 9: one hidden layer of 50 on MNIST. Chapter 16: optimizers on Imagenette-160 with ResNet-34. Both sets are used
where they have been fetched (grader data fetch mnist, grader data fetch imagenette); elsewhere drawn digits stand in,
and on a CPU the chapter's experiments are scaled down. The first line and every row say where an experiment
differs from the source's.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from experiments import EXPERIMENTS, HOME, UNLIKE, Experiment
from runs import Run, run
from sets import Images, choose, images_for

from grader.course.datasets import CATALOGUE, DatasetError

WIDTHS = (20, 29, 36, 9, 23)


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    torch.set_num_threads(options.threads)
    try:
        chosen = {source: choose(source, options.dataset) for source in HOME}
        all_images = {s: images_for(s, name, options.device) for s, name in chosen.items() if name}
    except DatasetError as error:
        print(error, file=sys.stderr)
        return 2
    heading = _heading(all_images, options.epochs)
    print(heading)
    print(
        "Numbers in brackets come from an experiment that differs from ours: don't compare them. Seconds are per run.\n"
    )
    _print_row("experiment", "set", "settings", "source", "ours (min–max)", "seconds")
    results, last = [], None
    for experiment in (e for e in EXPERIMENTS if e.source in all_images):
        images, epochs = all_images[experiment.source], options.epochs or experiment.epochs
        if images is not last:
            print(_described(images), flush=True)
            last = images
        runs = [run(experiment, images, seed, epochs) for seed in range(options.seeds)]
        comparable = not _differences(experiment, images, epochs)
        _print_result(experiment, images, runs, comparable)
        results.append(_as_json(experiment, images, runs))
        if options.out:
            from pictures import draw

            title = f"{experiment.source}, {experiment.name}: {_settings(experiment, images, epochs)}\n"
            title += f"on {images.label}, {images.network}"
            draw(experiment, runs, title, comparable, options.out / f"{_file_name(experiment)}.png")
    if options.out:
        content = {
            "heading": heading,
            "device": options.device,
            "torch": torch.__version__,
            "experiments": results,
        }
        (options.out / "results.json").write_text(json.dumps(content, indent=1, allow_nan=False) + "\n")
        print(f"\nresults.json and {len(results)} pictures are in {options.out}")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    def count(text: str) -> int:
        if (number := int(text)) < 1:
            raise ValueError
        return number

    parser = argparse.ArgumentParser(prog="benchmarks/sources", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument(
        "--dataset",
        choices=tuple(CATALOGUE),
        help="mnist: the lesson's experiments alone; imagenette: the chapter's alone; digits, strokes: all of them",
    )
    parser.add_argument("--seeds", type=count, default=2, metavar="N", help="runs of each experiment (2)")
    parser.add_argument("--epochs", type=count, metavar="N", help="of each run, instead of the source's")
    parser.add_argument("--threads", type=count, default=1, metavar="N", help="of torch (1)")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="write results.json and pictures")
    options = parser.parse_args(arguments)
    if options.device == "cuda" and not torch.cuda.is_available():
        parser.error("torch finds no CUDA device here; --device cpu does without")
    if options.out:
        try:
            import matplotlib  # noqa: F401

            options.out.mkdir(parents=True, exist_ok=True)
        except ImportError:
            parser.error('--out draws pictures and needs matplotlib: pip install "grader[student]"')
        except OSError as error:
            parser.error(f"{options.out} can't be made: {error.strerror}")
    return options


def _heading(all_images: dict[str, Images], epochs: int | None) -> str:
    """Return the first line, which says in what the experiments differ from the sources'."""
    parts = [
        f"{source}: {'; '.join(images.differs)}" for source, images in all_images.items() if images.differs
    ]
    if epochs:
        parts.append(f"--epochs {epochs}, whatever the sources had")
    if not parts:
        return f"On the sources' own sets: {', '.join(images.name for images in all_images.values())}."
    return f"NOT THE SOURCES' EXPERIMENTS. {'. '.join(parts)}."


def _described(images: Images) -> str:
    shape = " × ".join(map(str, images.x_train.shape[1:]))
    counts = f"{len(images.x_train)} and {len(images.x_valid)} images"
    home = HOME[images.source]
    hint = "" if images.name == home else f" ({home}: grader data fetch {home})"
    return (
        f"{images.source}: {images.network}, {counts} of {images.name}, {shape}{hint}{UNLIKE[images.source]}"
    )


def _differences(experiment: Experiment, images: Images, epochs: int) -> list[str]:
    other = [] if epochs == experiment.epochs else [f"{epochs} epochs, not {experiment.epochs}"]
    return [*images.differs, *other]


def _settings(experiment: Experiment, images: Images, epochs: int) -> str:
    schedule = " 1cycle" if experiment.schedule == "1cycle" else ""
    lr = "0.3→0.6→0.2" if experiment.schedule == "cosine" else experiment.lr
    return f"{experiment.optimizer} {lr}{schedule}, bs {images.size_of(experiment.bs)}, {epochs} ep."


def _print_row(*cells: str) -> None:
    *rest, last = cells
    padded = [f"{cell:<{width}}" for cell, width in zip(rest, WIDTHS, strict=True)]
    print(" ".join([*padded, f"{last:>7}"]).rstrip(), flush=True)


def _print_result(experiment: Experiment, images: Images, runs: list[Run], comparable: bool) -> None:
    """Print a row for each epoch that the source quotes; if the numbers of epochs differ, only the last."""
    epochs = len(runs[0].epochs)
    quoted = experiment.quoted if epochs == experiment.epochs else 1
    seconds = statistics.mean(r.seconds for r in runs)
    for back in range(quoted, 0, -1):
        ours = [r.epochs[-back][2] for r in runs]
        source = f"{experiment.accuracies[-back]:.4f}"
        _print_row(
            experiment.name if back == 1 else f"{experiment.name}, ep. {epochs - back + 1}",
            images.label,
            _settings(experiment, images, epochs),
            source if comparable else f"({source})",
            f"{statistics.mean(ours):.4f} ({min(ours):.4f}–{max(ours):.4f})",
            f"{seconds:.1f}" if back == 1 else "",
        )


def _as_json(experiment: Experiment, images: Images, runs: list[Run]) -> dict[str, object]:
    differs = _differences(experiment, images, len(runs[0].epochs))
    return {
        "source": experiment.source,
        "name": experiment.name,
        "settings": _settings(experiment, images, len(runs[0].epochs)),
        "network": images.network,
        "set": images.name,
        "set of the source": HOME[experiment.source],
        "comparable": not differs,
        "differs": differs,
        "accuracies of the source": experiment.accuracies,
        "picture": f"{_file_name(experiment)}.png",
        "runs": [
            {
                "seed": r.seed,
                "seconds": round(r.seconds, 3),
                "training loss": [_finite(row[0]) for row in r.epochs],
                "validation loss": [_finite(row[1]) for row in r.epochs],
                "accuracy": [_finite(row[2]) for row in r.epochs],
                "batches": {name: [_finite(v) for v in values] for name, values in r.batches.items()},
            }
            for r in runs
        ],
    }


def _finite(number: float) -> float | None:
    """Return None for nan and inf, the losses of a run that diverged: JSON has neither."""
    return round(number, 6) if math.isfinite(number) else None


def _file_name(experiment: Experiment) -> str:
    return re.sub(r"[^a-z0-9]+", "-", f"{experiment.source} {experiment.name}".lower())


if __name__ == "__main__":
    sys.exit(main())
