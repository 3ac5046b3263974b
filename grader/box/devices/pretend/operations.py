"""Operators on the pretended device: where their results are, and the errors for arguments in two places."""

from __future__ import annotations

from functools import cache
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from grader.box.devices.pretend.memory import PretendDevice
from grader.box.devices.tensors import tensors_in


class Operations(TorchDispatchMode):
    """Sees operators below Python, one by one, those of a backward pass too."""

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # nothing is compiled here, and importing dynamo takes a second

    def __init__(self, device: PretendDevice) -> None:
        super().__init__()
        self._device = device

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        with torch._C.DisableTorchFunction():
            given = list(tensors_in((args, kwargs)))
            on_device = [self._device.holds(x) for x in given]
            if any(on_device) and not all(on_device):
                self._require_one_place(func, args, kwargs)
            result = func(*args, **kwargs)
            # An argument that is written into stays where it is; only copy_ goes from place to place.
            if (any(on_device) or (not given and self._device.default_is_device)) and not _writes(func):
                for x in tensors_in(result):
                    self._device.mark(x)
            elif func is torch.ops.aten.lift_fresh.default and self._device.default_is_device:
                self._device.mark(result)
        return result

    def _require_one_place(self, func: Any, args: Any, kwargs: Any) -> None:
        """Raise the error that CUDA raises for arguments in both places."""
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


# Besides pointwise operators, those that take a tensor without dims from either place, as a number.
_LENIENT = ("aten::_foreach", "aten::masked_fill", "aten::fill", "aten::index_fill")


@cache
def _written(func: Any) -> frozenset[Any]:
    """Return the positions and names of the arguments that the operator writes into."""
    written: set[Any] = set()
    for k, argument in enumerate(func._schema.arguments):
        if argument.alias_info is not None and argument.alias_info.is_write:
            written |= {k, argument.name}
    return frozenset(written)


def _writes(func: Any) -> bool:
    return bool(_written(func))
