"""Methods of a tensor that depend on its place: their answers on the pretended device."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from grader.box.devices.pretend.memory import NAME, PretendDevice


def place_named(device: Any) -> bool | None:
    """Return True for the pretended device, False for the CPU, None for any other of torch's and for None."""
    if device is None:
        return None
    kind = device.type if isinstance(device, torch.device) else str(device).partition(":")[0]
    return {NAME: True, "cpu": False}.get(kind)


def _device_of(at: PretendDevice, x: torch.Tensor, *_: Any) -> torch.device:
    return at.name_of(at.holds(x))


def _is_cpu(at: PretendDevice, x: torch.Tensor, *_: Any) -> bool:
    return not at.holds(x)


def _get_device(at: PretendDevice, x: torch.Tensor) -> int:
    return 0 if at.holds(x) else -1


def _cpu(at: PretendDevice, x: torch.Tensor, **_: Any) -> torch.Tensor:
    return at.transfer(x, False)


def _to(at: PretendDevice, x: torch.Tensor, *args: Any, **kwargs: Any) -> torch.Tensor:
    """x.to(device, dtype, ...), x.to(dtype, ...) and x.to(other, ...)"""
    on_device: bool | None = None
    first, *rest = args or (
        kwargs.pop("other", None) or kwargs.pop("tensor", None) or kwargs.pop("device", None),
    )
    if isinstance(first, torch.Tensor):
        on_device, kwargs["dtype"] = at.holds(first), first.dtype
        kwargs |= zip(("non_blocking", "copy"), rest, strict=False)
    elif isinstance(first, torch.dtype):
        kwargs |= zip(("dtype", "non_blocking", "copy"), args, strict=False)
        on_device = place_named(kwargs.pop("device", None))
    else:
        kwargs |= zip(("dtype", "non_blocking", "copy"), rest, strict=False)
        on_device = place_named(first)
        if on_device is None and first is not None:
            kwargs["device"] = first  # another of torch's, which raises its own error where it is missing
    kwargs = {k: v for k, v in kwargs.items() if v is not None}
    with at.default_place(at.holds(x)):
        here = x.to(**kwargs) if kwargs else x
    return here if on_device is None else at.transfer(here, on_device)


def _type_as(at: PretendDevice, x: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    return at.transfer(x.type_as(other), at.holds(other))


def _new_tensor(at: PretendDevice, x: torch.Tensor, data: Any, **kwargs: Any) -> torch.Tensor:
    on_device = place_named(kwargs.pop("device", None))
    kwargs.setdefault("dtype", x.dtype)
    grad = kwargs.pop("requires_grad", False)
    made = torch.tensor(data.detach() if isinstance(data, torch.Tensor) else data, **kwargs)
    return at.transfer(made.detach(), at.holds(x) if on_device is None else on_device).requires_grad_(grad)


def _numpy(at: PretendDevice, x: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
    if at.holds(x) and not kwargs.get("force"):
        raise TypeError(
            f"can't convert {at.device} device type tensor to numpy. "
            "Use Tensor.cpu() to copy the tensor to host memory first."
        )
    return x.numpy(*args, **kwargs)


def _array(at: PretendDevice, x: torch.Tensor, *args: Any) -> Any:
    _numpy(at, x.detach())
    return x.__array__(*args)


def _set_grad(at: PretendDevice, x: torch.Tensor, grad: torch.Tensor | None) -> None:
    if isinstance(grad, torch.Tensor) and at.holds(grad) != at.holds(x):
        raise RuntimeError(
            f"attempting to assign a gradient with device type '{at.name_of(at.holds(grad)).type}' to a tensor with "
            f"device type '{at.name_of(at.holds(x)).type}'. Please ensure that the gradient and the tensor are on "
            "the same device"
        )
    x.grad = grad


def _deepcopy(at: PretendDevice, x: torch.Tensor, memo: Any) -> torch.Tensor:
    copy = x.__deepcopy__(memo)  # copies memory, without an operator
    for old, new in ((x, copy), (x.grad if x.is_leaf else None, copy.grad if copy.is_leaf else None)):
        if old is not None and new is not None and at.holds(old):
            at.mark(new)
    return copy


_Tensor: Any = torch.Tensor
ANSWERS: dict[Any, Callable[..., Any]] = {
    _Tensor.device.__get__: _device_of,
    _Tensor.is_cpu.__get__: _is_cpu,
    _Tensor.get_device: _get_device,
    torch.get_device: _get_device,
    _Tensor.cpu: _cpu,
    _Tensor.to: _to,
    _Tensor.type_as: _type_as,
    _Tensor.new_tensor: _new_tensor,
    _Tensor.numpy: _numpy,
    _Tensor.__array__: _array,
    _Tensor.grad.__set__: _set_grad,
    _Tensor.__deepcopy__: _deepcopy,
}
