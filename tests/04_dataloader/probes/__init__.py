"""Probes of unit 04: they walk through samplers and loaders, and report what came, and what was asked for when.

Stand-ins surround the class that a test is about: a data set that keeps a log, a sampler that is a list of index
tensors for each pass, a collate_fn that tells what it was given. None of them is a solution of its neighbour.

What the submission yields may be anything, and may never end: a pass is cut off after CAP batches.
"""

from __future__ import annotations

from .datasets import collate_and_look, length_of_dataset, look_up, look_up_in_two
from .faults import broken
from .loaders import (
    keeps_its_dataset,
    length_of_a_loader,
    lists,
    load_two,
    load_with_own_collate,
    loaded,
    read_anew,
    story,
    two_loaders,
    walk_loaders,
    what_a_loader_keeps,
)
from .parallel import loaded_out_of_turn, made_ahead, patiently, threads_after, who_works
from .sampler import (
    abandon_and_start_again,
    generator_moves,
    length_of_sampler,
    make_sampler,
    orders,
    orders_as_asked,
    sampled,
    seeded_orders,
    walk_samplers,
    what_a_sampler_keeps,
)

__all__ = [
    "abandon_and_start_again",
    "broken",
    "collate_and_look",
    "generator_moves",
    "keeps_its_dataset",
    "length_of_a_loader",
    "length_of_dataset",
    "length_of_sampler",
    "lists",
    "load_two",
    "load_with_own_collate",
    "loaded",
    "loaded_out_of_turn",
    "look_up",
    "look_up_in_two",
    "made_ahead",
    "make_sampler",
    "orders",
    "orders_as_asked",
    "patiently",
    "read_anew",
    "sampled",
    "seeded_orders",
    "story",
    "threads_after",
    "two_loaders",
    "walk_loaders",
    "walk_samplers",
    "what_a_loader_keeps",
    "what_a_sampler_keeps",
    "who_works",
]
