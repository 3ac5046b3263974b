"""A pretended device, on which every mistake about devices shows without a GPU.

Tensors "on" it are ordinary tensors in ordinary memory: nothing about them changes. A list is kept of the memory
(storages) that is on the device (`memory`). The result of an operation is where its arguments are, a tensor made
without a device is on the CPU, and an operation whose arguments are in both places raises what CUDA raises. Two modes
see to it:

- `Calls` sees calls of Python code: it answers `x.device` (`answers`), transfers for `x.to(device)`, and takes
  `device=` away before torch sees it, for there is nothing behind that name;
- `Operations` sees the operators below, in backward passes too, and keeps the list.

Where the rules of CUDA are milder than "all on one device", so are these: tensors without dims may stay on the CPU in
pointwise operations, so may indices, and copy_ goes from anywhere to anywhere. Random generators of the device,
autocast and streams are not pretended, nor that some operations do not exist there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from grader.box.devices.pretend.calls import Calls
from grader.box.devices.pretend.memory import PretendDevice
from grader.box.devices.pretend.operations import Operations

__all__ = ["PretendDevice", "active"]


@contextmanager
def active(device: PretendDevice) -> Iterator[None]:
    """In the body, and in this thread, tensors may be on the device."""
    with Operations(device), Calls(device):
        yield
