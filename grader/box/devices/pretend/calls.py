"""Calls of Python code on the pretended device: `device=` is taken away before torch sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from grader.box.devices.pretend.answers import ANSWERS, place_named
from grader.box.devices.pretend.memory import PretendDevice
from grader.box.devices.tensors import tensors_in

_Tensor: Any = torch.Tensor
_BACKWARD = {
    _Tensor.backward,
    torch.autograd.backward,
    torch.autograd.grad,
}  # their hooks are Python code, too
# Calls a function with this mode active again, without seeing the call itself. In a version of torch that lacks it,
# hooks in a backward pass run without the mode.
_past_this_mode = getattr(torch._C, "_skip_one_hop_torch_function", None)
_KEEPING = {torch.tensor, torch.as_tensor, torch.asarray}


class Calls(TorchFunctionMode):
    """Sees calls from Python, before torch looks at their arguments."""

    def __init__(self, device: PretendDevice) -> None:
        super().__init__()
        self._device = device

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        if answer := ANSWERS.get(func):
            return answer(self._device, *args, **kwargs)
        if func in _BACKWARD:
            with self._device.default_place(any(map(self._device.holds, tensors_in((args, kwargs))))):
                if _past_this_mode is None:
                    return func(*args, **kwargs)
                with self:
                    return _past_this_mode(func, types, args, kwargs)
        on_device = place_named(kwargs.get("device"))
        if on_device is None:
            with self._device.default_place(any(map(self._device.holds, tensors_in((args, kwargs))))):
                result = func(*args, **kwargs)
            return self._as_its_data(args, result) if func in _KEEPING else result
        del kwargs["device"]
        with self._device.default_place(on_device):
            result = func(*args, **kwargs)
        return (
            self._as_made(result, on_device)
            if func not in _KEEPING
            else self._device.transfer(result, on_device)
        )

    def _as_made(self, made: Any, on_device: bool) -> Any:
        """Return what a factory made, in that place; a leaf stays a leaf."""
        if not isinstance(made, torch.Tensor) or self._device.holds(made) == on_device:
            return made
        return self._device.transfer(made.detach(), on_device).requires_grad_(made.requires_grad)

    def _as_its_data(self, args: Any, result: Any) -> Any:
        """Return the result of torch.tensor(x) and the like: it is where x is, and on the CPU for a list."""
        on_device = bool(args) and isinstance(args[0], torch.Tensor) and self._device.holds(args[0])
        return self._as_made(result, on_device)
