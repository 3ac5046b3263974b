"""Compiling, which would take Python out of the guard's sight, switched off while a submission is imported."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

_NO_DYNAMO = "TORCHDYNAMO_DISABLE"


@contextmanager
def nothing_compiled() -> Iterator[None]:
    """In the body, torch.jit and torch.compile return functions unchanged, for the guard sees only Python."""
    jit, dynamo = torch.jit._state._enabled.enabled, os.environ.get(_NO_DYNAMO)
    torch.jit._state.disable()
    os.environ[_NO_DYNAMO] = "1"
    try:
        yield
    finally:
        torch.jit._state._enabled.enabled = jit
        os.environ.pop(_NO_DYNAMO)
        if dynamo is not None:
            os.environ[_NO_DYNAMO] = dynamo
