"""Probes of unit 09: scripts of callbacks, run through the Learner; callbacks, driven by a stand-in where that will do.

A script is plain data (see grader/suite/training/scripts.py); its acts of kind "raise" name an exception of the
submission, such as CancelBatchException, or a built-in one. What a probe reports of a fit is the trace of the stand-ins
(grader/box/probes/training_loop.py), with an entry ["asked", {...}] for each time that a callback heard an event.
"""

from __future__ import annotations

from .access import follow, from_when_on, look, not_yet, reads, reads_too_early, several, writes
from .finder import restored, sweep
from .loop import fired, fit, made, meddle, replace
from .order import after_the_own, order_in_fit, sort, sort_special
from .precision import autocast, scaled
from .recorder import record, record_items, train_eval
from .rnn import regularize, regularized_rnn
from .schedules import one_cycle, schedule
from .small import accumulate, clip, reset, terminate, terminate_fit
from .stretch import mixup, switch

__all__ = [
    "accumulate",
    "after_the_own",
    "autocast",
    "clip",
    "fired",
    "fit",
    "follow",
    "from_when_on",
    "look",
    "made",
    "meddle",
    "mixup",
    "not_yet",
    "one_cycle",
    "order_in_fit",
    "reads",
    "reads_too_early",
    "record",
    "record_items",
    "regularize",
    "regularized_rnn",
    "replace",
    "reset",
    "restored",
    "scaled",
    "schedule",
    "several",
    "sort",
    "sort_special",
    "sweep",
    "switch",
    "terminate",
    "terminate_fit",
    "train_eval",
    "writes",
]
