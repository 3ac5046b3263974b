"""The memory that is on the pretended device, and copies between it and the CPU."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, cast

import torch
from torch.multiprocessing.reductions import StorageWeakRef

NAME = "pretend"
_CPU = torch.device("cpu")


class PretendDevice:
    """The device: a list of the memory (storages) that is on it.

    Raises RuntimeError when this process has given torch's spare device another name already.
    """

    def __init__(self) -> None:
        if not hasattr(torch, NAME):
            torch.utils.rename_privateuse1_backend(NAME)  # type: ignore[attr-defined]
            torch._register_device_module(NAME, _module())
        self.device = torch.device(NAME, 0)
        self._on_device: dict[int, StorageWeakRef] = {}
        self._next_cleanup = 4096
        self._lock = threading.Lock()
        self._local = threading.local()

    def holds(self, x: torch.Tensor) -> bool:
        """Return True when the tensor is on the device."""
        address = _address(x)
        return address is not None and address in self._on_device

    def mark(self, x: torch.Tensor) -> None:
        """Mark the tensor's memory, with all that shares it, as being on the device."""
        address = _address(x)
        if address is None or address in self._on_device:
            return
        # The weak reference keeps the address from being reused, but not the memory itself.
        self._on_device[address] = StorageWeakRef(x.untyped_storage())
        if len(self._on_device) > self._next_cleanup:
            with self._lock:
                for old, ref in list(self._on_device.items()):
                    if ref.expired():
                        del self._on_device[old]
                self._next_cleanup = 2 * len(self._on_device) + 4096

    def transfer(self, x: torch.Tensor, on_device: bool) -> torch.Tensor:
        """Return the tensor on the device, or on the CPU: itself if it is there, else a copy that passes gradients."""
        return x if self.holds(x) == on_device else _Transfer.apply(x, self, on_device)  # type: ignore[no-untyped-call]

    def name_of(self, on_device: bool) -> torch.device:
        """Return torch's name of the place."""
        return self.device if on_device else _CPU

    @property
    def default_is_device(self) -> bool:
        """True when an operation without arguments makes its result on the device: its caller's arguments are there."""
        return getattr(self._local, "default_is_device", False)

    @contextmanager
    def default_place(self, on_device: bool) -> Iterator[None]:
        """In the body, operations without arguments make their results on the device, or on the CPU."""
        before = self.default_is_device
        self._local.default_is_device = on_device
        try:
            yield
        finally:
            self._local.default_is_device = before


def _module() -> ModuleType:
    """Return the module that torch asks about the device: there is no accelerator behind it, nor a generator."""
    module: Any = ModuleType(f"torch.{NAME}")
    module.is_available = module.is_initialized = module._is_in_bad_fork = lambda: False
    module.device_count = lambda: 0
    module.manual_seed_all = lambda seed: None
    module.get_amp_supported_dtype = lambda: [torch.float16, torch.bfloat16]
    return cast(ModuleType, module)


def _address(x: torch.Tensor) -> int | None:
    try:
        return int(x.untyped_storage()._cdata)
    except (RuntimeError, NotImplementedError):  # sparse tensors have no storage
        return None


class _Transfer(torch.autograd.Function):
    """A copy in the other place; its gradient goes back to where the tensor came from."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, device: PretendDevice, on_device: bool) -> torch.Tensor:
        ctx.device, ctx.back = device, not on_device
        with device.default_place(on_device), torch._C._DisableTorchDispatch():  # type: ignore[attr-defined]
            copy = x.clone()
        if on_device:
            device.mark(copy)
        return copy

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:  # type: ignore[override]
        return ctx.device.transfer(gradient, ctx.back), None, None
