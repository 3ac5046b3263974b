"""The figure of the handout: how often each item comes at each place, for the key's shuffle and three others."""

import torch
from matplotlib.figure import Figure

N, BS, PASSES = 16, 4, 1000


def draw(key):
    sampler = key.Sampler(range(N), BS, shuffle=True)
    shuffles = {
        "the Sampler": lambda: torch.cat(list(sampler)).tolist(),
        "swap with any place": lambda: swapped(lambda i: (0, N)),
        "swap with a later place": lambda: swapped(lambda i: (i + 1, N)),
        "within batches of 4": lambda: [
            start + i for start in range(0, N, BS) for i in torch.randperm(BS).tolist()
        ],
    }
    figure = Figure(figsize=(6, 6), layout="constrained")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for axes, (name, shuffle) in zip(figure.subplots(2, 2).flat, shuffles.items(), strict=True):
            counts = torch.zeros(N, N)
            for _ in range(PASSES):
                counts[range(N), shuffle()] += 1
            shown = axes.pcolormesh(counts * N / PASSES, cmap="viridis", vmin=0, vmax=2)
            axes.set_title(name)
            axes.set_xlabel("item")
            axes.set_ylabel("place")
            axes.invert_yaxis()
            axes.set_aspect("equal")
            axes.set_xticks([])
            axes.set_yticks([])
    figure.colorbar(shown, ax=figure.axes, location="bottom", shrink=0.6, label="how often, 1 being even")
    return {"shuffles": figure}


def swapped(places):
    """0, 1, 2, … after each place i has been swapped with one drawn from places(i)."""
    order = list(range(N))
    for i in range(N):
        first, end = places(i)
        if first < end:
            j = int(torch.randint(first, end, ()))
            order[i], order[j] = order[j], order[i]
    return order
