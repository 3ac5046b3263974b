"""A device that is only pretended, on which every mistake about devices shows without a GPU.

Tensors "on" it are ordinary tensors in ordinary memory: nothing of what they are or do changes. A list is kept of the
memory (storages) that is on the device. What an operation makes is where its arguments are, what is made without a
device is on the CPU, and an operation whose arguments are in both places raises what CUDA raises. Two modes see to it:

- `_Calls` sees calls of Python code: it answers for `x.device`, moves for `x.to(device)`, and takes `device=` away
  before torch sees it, for there is nothing behind that name;
- `_Operations` sees the operators below, in backward passes too, and keeps the list.

Where the rules of CUDA are milder than "all on one device", so are these: tensors without dims may stay on the CPU in
pointwise operations, indices may, and copy_ goes from anywhere to anywhere. What is not pretended: random generators of
the device, autocast, streams, and that some operations do not exist there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from types import ModuleType
from typing import Any, cast

import torch
from torch.multiprocessing.reductions import StorageWeakRef
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from grader.box.devices.tensors import tensors_in

NAME = "pretend"
_CPU = torch.device("cpu")


class PretendDevice:
    """The device: which memory is on it, and the modes that make it felt in the thread that enters them.

    Raises RuntimeError when this process has given torch's spare device another name already.
    """

    def __init__(self) -> None:
        if not hasattr(torch, NAME):
            torch.utils.rename_privateuse1_backend(NAME)  # type: ignore[attr-defined]
            torch._register_device_module(NAME, _module())
        self.device = torch.device(NAME, 0)
        self._there: dict[int, StorageWeakRef] = {}
        self._look_again = 4096
        self._lock = threading.Lock()
        self._local = threading.local()

    @contextmanager
    def felt(self) -> Iterator[None]:
        """In the body, and in this thread, tensors may be on the device."""
        with ExitStack() as modes:
            modes.enter_context(_Operations(self))
            modes.enter_context(_Calls(self))
            yield

    def holds(self, x: torch.Tensor) -> bool:
        """Whether the tensor is on the device."""
        place = _place(x)
        return place is not None and place in self._there

    def take(self, x: torch.Tensor) -> None:
        """Put the tensor's memory on the device, where it is: with all that shares it."""
        place = _place(x)
        if place is None or place in self._there:
            return
        # The weak reference keeps the address from being given away; the memory itself it does not keep.
        self._there[place] = StorageWeakRef(x.untyped_storage())
        if len(self._there) > self._look_again:
            with self._lock:
                for old, ref in list(self._there.items()):
                    if ref.expired():
                        del self._there[old]
                self._look_again = 2 * len(self._there) + 4096

    def moved(self, x: torch.Tensor, there: bool) -> torch.Tensor:
        """The tensor on the device, or on the CPU: itself if it is there, else a copy that gradients go through."""
        return x if self.holds(x) == there else _Transfer.apply(x, self, there)  # type: ignore[no-untyped-call]

    def name_of(self, there: bool) -> torch.device:
        return self.device if there else _CPU

    @property
    def ambient(self) -> bool:
        """Whether what an operation makes of nothing belongs on the device: its caller's arguments are there."""
        return getattr(self._local, "ambient", False)

    @contextmanager
    def ambience(self, there: bool) -> Iterator[None]:
        before = self.ambient
        self._local.ambient = there
        try:
            yield
        finally:
            self._local.ambient = before


def _module() -> ModuleType:
    """What torch asks about a device by that name: no accelerator of its own is there, nor a generator."""
    module: Any = ModuleType(f"torch.{NAME}")
    module.is_available = module.is_initialized = module._is_in_bad_fork = lambda: False
    module.device_count = lambda: 0
    module.manual_seed_all = lambda seed: None
    module.get_amp_supported_dtype = lambda: [torch.float16, torch.bfloat16]
    return cast(ModuleType, module)


def _place(x: torch.Tensor) -> int | None:
    try:
        return int(x.untyped_storage()._cdata)
    except (RuntimeError, NotImplementedError):  # sparse ones have none
        return None


class _Transfer(torch.autograd.Function):
    """A copy in the other place; its gradient goes back to where the tensor came from."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, device: PretendDevice, there: bool) -> torch.Tensor:
        ctx.device, ctx.back = device, not there
        with device.ambience(there), torch._C._DisableTorchDispatch():  # type: ignore[attr-defined]
            copy = x.clone()
        if there:
            device.take(copy)
        return copy

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:  # type: ignore[override]
        return ctx.device.moved(gradient, ctx.back), None, None


class _Operations(TorchDispatchMode):
    """Below Python: operators, one by one. Those of a backward pass too."""

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # nothing is compiled here, and importing what would be told so takes a second

    def __init__(self, device: PretendDevice) -> None:
        super().__init__()
        self._device = device

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        with torch._C.DisableTorchFunction():
            given = list(tensors_in((args, kwargs)))
            there = [self._device.holds(x) for x in given]
            if any(there) and not all(there):
                self._require_one_place(func, args, kwargs)
            result = func(*args, **kwargs)
            # what is written into stays where it is: copy_ is the one that goes from place to place
            if (any(there) or (not given and self._device.ambient)) and not _writes(func):
                for x in tensors_in(result):
                    self._device.take(x)
            elif func is torch.ops.aten.lift_fresh.default and self._device.ambient:
                self._device.take(result)
        return result

    def _require_one_place(self, func: Any, args: Any, kwargs: Any) -> None:
        """Raise what CUDA would, for arguments in both places."""
        name = func.overloadpacket._qualified_op_name
        if name in ("aten::copy_", "aten::set_", "aten::_copy_from"):
            return
        main = args[0] if args and isinstance(args[0], torch.Tensor) else None
        lenient = torch.Tag.pointwise in func.tags or name.startswith(_LENIENT)
        written = _written(func)
        for k, (arg, values) in enumerate([*enumerate(args), *kwargs.items()]):
            for x in tensors_in(values):
                if self._device.holds(x):
                    continue
                if lenient and x.dim() == 0 and arg not in written:
                    continue
                if name in ("aten::index", "aten::index_put", "aten::index_put_", "aten::_index_put_impl_"):
                    if main is None or not self._device.holds(main):
                        raise RuntimeError(
                            "indices should be either on cpu or on the same device as the indexed tensor (cpu), "
                            f"but found one on {self._device.device}"
                        )
                    if k == 1 or x.dim() == 0:
                        continue
                raise RuntimeError(
                    "Expected all tensors to be on the same device, but found at least two devices, "
                    f"{self._device.device} and cpu! (in {name.removeprefix('aten::')})"
                )


# Besides pointwise operators, those which take a tensor without dims for a number, wherever it is.
_LENIENT = ("aten::_foreach", "aten::masked_fill", "aten::fill", "aten::index_fill")


@cache
def _written(func: Any) -> frozenset[Any]:
    """Positions and names of the arguments that the operator writes into."""
    written: set[Any] = set()
    for k, argument in enumerate(func._schema.arguments):
        if argument.alias_info is not None and argument.alias_info.is_write:
            written |= {k, argument.name}
    return frozenset(written)


def _writes(func: Any) -> bool:
    return bool(_written(func))


class _Calls(TorchFunctionMode):
    """Calls from Python, before torch looks at their arguments."""

    def __init__(self, device: PretendDevice) -> None:
        super().__init__()
        self._device = device

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        if answer := _ANSWERS.get(func):
            return answer(self._device, *args, **kwargs)
        if func in _BACKWARD:
            with self._device.ambience(any(map(self._device.holds, tensors_in((args, kwargs))))):
                if _past_this_mode is None:
                    return func(*args, **kwargs)
                with self:
                    return _past_this_mode(func, types, args, kwargs)
        asked = _asked_for(kwargs.get("device"))
        if asked is None:
            with self._device.ambience(any(map(self._device.holds, tensors_in((args, kwargs))))):
                result = func(*args, **kwargs)
            return self._as_its_data(args, result) if func in _KEEPING else result
        del kwargs["device"]
        with self._device.ambience(asked):
            result = func(*args, **kwargs)
        return self._as_made(result, asked) if func not in _KEEPING else self._device.moved(result, asked)

    def _as_made(self, made: Any, there: bool) -> Any:
        """What a factory made, there; a leaf stays a leaf."""
        if not isinstance(made, torch.Tensor) or self._device.holds(made) == there:
            return made
        return self._device.moved(made.detach(), there).requires_grad_(made.requires_grad)

    def _as_its_data(self, args: Any, result: Any) -> Any:
        """torch.tensor(x) and the like are where x is, and what is made of a list is on the CPU."""
        there = bool(args) and isinstance(args[0], torch.Tensor) and self._device.holds(args[0])
        return self._as_made(result, there)


def _asked_for(device: Any) -> bool | None:
    """Whether `device` names the pretended one; None when it is none, or another of torch's."""
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
    return at.moved(x, False)


def _to(at: PretendDevice, x: torch.Tensor, *args: Any, **kwargs: Any) -> torch.Tensor:
    """x.to(device, dtype, ...), x.to(dtype, ...) and x.to(other, ...)"""
    there: bool | None = None
    first, *rest = args or (
        kwargs.pop("other", None) or kwargs.pop("tensor", None) or kwargs.pop("device", None),
    )
    if isinstance(first, torch.Tensor):
        there, kwargs["dtype"] = at.holds(first), first.dtype
        kwargs |= zip(("non_blocking", "copy"), rest, strict=False)
    elif isinstance(first, torch.dtype):
        kwargs |= zip(("dtype", "non_blocking", "copy"), args, strict=False)
        there = _asked_for(kwargs.pop("device", None))
    else:
        kwargs |= zip(("dtype", "non_blocking", "copy"), rest, strict=False)
        there = _asked_for(first)
        if there is None and first is not None:
            kwargs["device"] = first  # another of torch's, which will say for itself whether it is here
    kwargs = {k: v for k, v in kwargs.items() if v is not None}
    with at.ambience(at.holds(x)):
        here = x.to(**kwargs) if kwargs else x
    return here if there is None else at.moved(here, there)


def _type_as(at: PretendDevice, x: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    return at.moved(x.type_as(other), at.holds(other))


def _new_tensor(at: PretendDevice, x: torch.Tensor, data: Any, **kwargs: Any) -> torch.Tensor:
    there = _asked_for(kwargs.pop("device", None))
    kwargs.setdefault("dtype", x.dtype)
    grad = kwargs.pop("requires_grad", False)
    made = torch.tensor(data.detach() if isinstance(data, torch.Tensor) else data, **kwargs)
    return at.moved(made.detach(), at.holds(x) if there is None else there).requires_grad_(grad)


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
            at.take(new)
    return copy


_Tensor: Any = torch.Tensor
_ANSWERS: dict[Any, Callable[..., Any]] = {
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
_BACKWARD = {_Tensor.backward, torch.autograd.backward, torch.autograd.grad}  # hooks are Python code, too
# Calls a function in which this mode is at work again, without seeing the call itself. Where torch has no such thing
# yet, hooks in a backward pass are not told of the device.
_past_this_mode = getattr(torch._C, "_skip_one_hop_torch_function", None)
_KEEPING = {torch.tensor, torch.as_tensor, torch.asarray}
