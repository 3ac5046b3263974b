"""Probes of unit 03: they assemble modules, step optimizers and run fit among stand-ins, and report what they saw.

Parts of a module cross as descriptions, [kind, ...], and are told apart afterwards by their number: "layer 2",
"layer 2's weight". What the submission yields may never end: it is cut off after CAP things.
"""

from __future__ import annotations

from .dummy_module import ask_slowly, assemble
from .fits import break_fit, story_of_fit, train
from .optimizer import optimize
from .sequential import backpropagate, call_in_order, reach

__all__ = [
    "ask_slowly",
    "assemble",
    "backpropagate",
    "break_fit",
    "call_in_order",
    "optimize",
    "reach",
    "story_of_fit",
    "train",
]
