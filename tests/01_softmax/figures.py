"""The figure of the handout: where the direct formula ends."""

import torch
from matplotlib.figure import Figure


def draw(key):
    low = torch.linspace(-99, -107, 801)
    rows = torch.stack([torch.zeros_like(low), low], 1)
    figure = Figure(figsize=(6, 3.4), layout="constrained")
    axes = figure.subplots()
    axes.plot(low, key.log_softmax(rows)[:, 1], linewidth=4, alpha=0.4, label="log_softmax")
    axes.plot(low, key.naive_log_softmax(rows)[:, 1], color="C3", label="naive_log_softmax")
    axes.axvline(-103.97, color="grey", linestyle=":")
    axes.annotate("−inf from here on", (-104.1, -100.5), va="center")
    axes.set_xlim(-99, -107)
    axes.set_xlabel("x in the row (0, x), float32")
    axes.set_ylabel("log-probability of x")
    axes.legend(loc="lower left")
    return {"direct": figure}
