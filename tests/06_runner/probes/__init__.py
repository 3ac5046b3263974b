"""Probes of unit 06: they run scripts of callbacks through the Runner, and drive the other classes by stand-ins.

A script is plain data, described in grader/suite/training/scripts.py. What a probe reports of a fit is the trace of the
stand-ins (grader/box/probes/training_loop.py), with an entry ["asked", {...}] for each time that a callback was asked:
number and event, whether its answer is true and whether it raises, and the state of runner and model at that moment.
"""

from __future__ import annotations

from .averages import avg_stats, avg_stats_callback
from .callbacks import copied, listify, name_of, order_of, reads, reads_too_early, train_eval, writes
from .runner import attributes, fire, fit, look, meddle, set_mode, two_runners

__all__ = [
    "attributes",
    "avg_stats",
    "avg_stats_callback",
    "copied",
    "fire",
    "fit",
    "listify",
    "look",
    "meddle",
    "name_of",
    "order_of",
    "reads",
    "reads_too_early",
    "set_mode",
    "train_eval",
    "two_runners",
    "writes",
]
