"""Compare the answer keys' images a second, memory and accuracy with a plain loop of torch's own parts.

    python benchmarks/throughput.py [--device cuda] [--images N] [--size PIXELS] [--rounds N] [--epochs N]

The convnet and the ResNet-34 of unit 10, on drawn digits. Both loops train the very same network, from the same weights
and on the same batches, under Adam and one cycle, the ResNet in mixed precision. They take turns, an epoch each, so
that other work on the machine slows down both. The result is the median of the ratios of each pair. On a CPU the images
are small and few by default. --epochs trains on, and prints the accuracy on images that were never seen.
"""

from __future__ import annotations

import argparse
import copy
import statistics
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import torch
from torch import nn

ROOT = Path(__file__).parents[1]
sys.path += [str(folder) for folder in sorted((ROOT / "reference").glob("[0-9]*"))]

import callbacks  # noqa: E402
import training  # noqa: E402
from dataloader import Dataset  # noqa: E402
from optimizer import Adam  # noqa: E402
from softmax import cross_entropy  # noqa: E402

from grader.course.datasets import strokes  # noqa: E402

BS, LR = 128, 3e-3


class Batches:
    """Shuffled batches on the device: the same for both loops, so that loading does not count."""

    def __init__(self, x: torch.Tensor, y: torch.Tensor, seed: int) -> None:
        self.dataset = Dataset(x, y)
        self._x, self._y, self._seed = x, y, seed

    def __len__(self) -> int:
        return -(-len(self._y) // BS)

    def __iter__(self):
        order = torch.randperm(len(self._y), generator=torch.Generator().manual_seed(self._seed))
        for chosen in order.to(self._x.device).split(BS):
            yield self._x[chosen], self._y[chosen]


def by_the_keys(model: nn.Module, batches: Batches, epochs: int, mixed: bool) -> None:
    """Train by the chapter's Learner and the generic Adam, from units 08 and 09."""
    cbs = [callbacks.MixedPrecision()] if mixed else []
    dls = SimpleNamespace(train=batches, valid=[])
    callbacks.fit_one_cycle(
        callbacks.Learner(dls, model, cross_entropy, Adam, LR, cbs=cbs), epochs, lr_max=LR
    )


def by_torch(model: nn.Module, batches: Batches, epochs: int, mixed: bool) -> None:
    """Train by the loop that one would write with torch.optim."""
    opt = torch.optim.Adam(model.parameters(), lr=LR, betas=(0.9, 0.99), eps=1e-5)
    sched = torch.optim.lr_scheduler.OneCycleLR(opt, LR, epochs=epochs, steps_per_epoch=len(batches))
    kind = batches._x.device.type
    dtype = torch.float16 if kind == "cuda" else torch.bfloat16
    scaler = torch.amp.GradScaler(kind, enabled=mixed and kind == "cuda")
    model.train()
    for _ in range(epochs):
        for xb, yb in batches:
            with torch.autocast(kind, dtype, enabled=mixed):
                out = model(xb)
            loss = nn.functional.cross_entropy(out.float(), yb)
            scaler.scale(loss).backward()
            scaler.step(opt)
            scaler.update()
            sched.step()
            opt.zero_grad()


def timed(loop, model: nn.Module, batches: Batches, mixed: bool) -> float:
    """Return the images a second in one epoch."""
    wait = torch.cuda.synchronize if batches._x.device.type == "cuda" else lambda: None
    wait()
    started = time.perf_counter()
    loop(model, batches, 1, mixed)
    wait()
    return len(batches.dataset) / (time.perf_counter() - started)


def compare(
    name: str, model: nn.Module, data: SimpleNamespace, mixed: bool, options: argparse.Namespace
) -> None:
    """Let the loops take turns, and print their rates."""
    cuda = options.device == "cuda"
    rates: dict[str, list[float]] = {"keys": [], "torch": []}
    loops = {"keys": by_the_keys, "torch": by_torch}
    peaks = {}
    for turn in range(options.rounds + 1):  # the first is for warming up
        for who, loop in loops.items():
            if cuda:
                torch.cuda.reset_peak_memory_stats()
            rate = timed(loop, copy.deepcopy(model), Batches(data.x_train, data.y_train, turn), mixed)
            rates[who] += [rate] if turn else []
            peaks[who] = torch.cuda.max_memory_allocated() / 2**20 if cuda else 0.0
    ratios = [k / t for k, t in zip(rates["keys"], rates["torch"], strict=True)]
    print(
        f"{name}: {statistics.median(rates['keys']):,.0f} images/s, torch {statistics.median(rates['torch']):,.0f}; "
        f"ratio {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})"
        + (f"; peak {peaks['keys']:,.0f} MB, torch {peaks['torch']:,.0f} MB" if cuda else ""),
        flush=True,
    )
    if options.epochs:
        by_the_keys(model, Batches(data.x_train, data.y_train, 0), options.epochs, mixed)
        model.eval()
        with torch.no_grad():
            right = [
                (model(x).argmax(1) == y).sum()
                for x, y in zip(data.x_valid.split(BS), data.y_valid.split(BS), strict=True)
            ]
        print(
            f"  after {options.epochs} epochs: accuracy {int(sum(right)) / len(data.y_valid):.4f}", flush=True
        )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--images", type=int)
    parser.add_argument("--size", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=0)
    options = parser.parse_args()
    if options.device == "cuda" and not torch.cuda.is_available():
        print("this machine has no CUDA device", file=sys.stderr)
        return 2
    cuda = options.device == "cuda"
    n, size = options.images or (8192 if cuda else 256), options.size or (128 if cuda else 28)
    x, y = strokes.draw(n + n // 4, 0, size=size, channels=3, device=options.device)
    data = SimpleNamespace(x_train=x[:n], y_train=y[:n], x_valid=x[n:], y_valid=y[n:], classes=10)
    where = torch.cuda.get_device_name() if cuda else f"CPU, {torch.get_num_threads()} threads"
    print(f"{n} images of {size} px, batches of {BS}, {where}, torch {torch.__version__}")
    for name, make, mixed in (("convnet", training.convnet, False), ("ResNet-34", training.resnet34, True)):
        torch.manual_seed(0)
        compare(name, make(data).to(options.device), data, mixed, options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
