"""The figure of the handout: what becomes of the activations' std from layer to layer."""

import math

import torch
from matplotlib.figure import Figure

N, DEPTH = 512, 70


def draw(key):
    lines = {
        "scale 1": (1.0, False),
        "0.01": (0.01, False),
        "1/√n": (key.xavier_scale(N), False),
        "1/√n, with ReLU": (key.xavier_scale(N), True),
        "√(2/n), with ReLU": (key.relu_scale(N), True),
    }
    figure = Figure(figsize=(6, 3.8), layout="constrained")
    axes = figure.subplots()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for name, (scale, relu) in lines.items():
            stds = [float(std) for std in key.activation_stds(DEPTH, N, scale, relu)]
            shown = [std for std in stds if std > 0 and math.isfinite(std)]
            axes.semilogy(range(1, len(shown) + 1), shown, "--" if relu else "-", label=name)
            if len(shown) < DEPTH:
                axes.plot(len(shown), shown[-1], "kx")
    axes.set_xlabel("layer (n = 512); × is the last one with a std that float32 can hold")
    axes.set_ylabel("std of the activations")
    axes.legend(loc="upper right", fontsize="small")
    return {"stds": figure}
