"""Probes of unit 05: they play scripts of callbacks to the handler, one_batch, all_batches and fit.

A script is plain data, described in grader/suite/training/scripts.py. What a probe reports is the trace of the
stand-ins (grader/box/probes/training_loop.py), with an entry ["asked", {...}] for each
time that a callback was asked: its number and the landmark, what it was given there, and the state of handler and
model at that moment.

one_batch, all_batches and fit are given a handler that stands in for the submission's: it plays the script's only
callback itself. What after_loss is asked in validation is left open, so it is neither noted nor counted there.
"""

from __future__ import annotations

from .loop import all_batches, batches, fit, hooks_run
from .parts import callback, follows, handle, keeps

__all__ = [
    "all_batches",
    "batches",
    "callback",
    "fit",
    "follows",
    "handle",
    "hooks_run",
    "keeps",
]
