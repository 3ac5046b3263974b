"""Probes of unit 11: they walk with equations, drive callbacks through a small loop, and read what was written.

The loop here fires events and knows the five exceptions, without training anything: it is no solution of a neighbour.
"""

from __future__ import annotations

from .asking import ask
from .equations import race, seeded_stds, walk
from .loop import order_of, resets, scaled_losses, terminated
from .optimizers import drive, make_optimizers, sgd_callback, sgd_form, train_batch, zero_gradients
from .texts import about, answer, docstring, events, lr_find, source, stops, written_text

__all__ = [
    "about",
    "answer",
    "ask",
    "docstring",
    "drive",
    "events",
    "lr_find",
    "make_optimizers",
    "order_of",
    "race",
    "resets",
    "scaled_losses",
    "seeded_stds",
    "sgd_callback",
    "sgd_form",
    "source",
    "stops",
    "terminated",
    "train_batch",
    "walk",
    "written_text",
    "zero_gradients",
]
