"""What a module sets in torch, numpy and Python for the whole process: kept for its own calls, away from all others.

Behind walls a submission has a process to itself. Where it shares one with the tests and with other submissions, at
home and in a notebook, its settings are exchanged for theirs around each call.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import torch

_SMALLEST = 5e-324  # 0 to a processor that flushes denormal numbers


class Settings(NamedTuple):
    """The settings of this process.

    device: the context of torch.set_default_device, None for none
    folder: the working directory, "" if it is gone
    path:   where modules are searched for
    """

    grad: bool = True
    dtype: torch.dtype = torch.float32
    device: Any = None
    threads: int = 1
    deterministic: tuple[bool, bool] = (False, False)
    anomaly: tuple[bool, bool] = (False, True)
    flush_denormal: bool = False
    matmul: str = "highest"
    numpy_errors: tuple[Any, ...] = ()
    recursion: int = 1000
    folder: str = ""
    path: tuple[str, ...] = ()


def now() -> Settings:
    """Return the settings as they are."""
    return Settings(
        torch.is_grad_enabled(),
        torch.get_default_dtype(),
        _default_device(),
        torch.get_num_threads(),
        (torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()),
        (torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled()),
        _SMALLEST * len("1") == 0.0,
        torch.get_float32_matmul_precision(),
        tuple(np.geterr().items()),
        sys.getrecursionlimit(),
        _folder(),
        tuple(sys.path),
    )


def neutral() -> Settings:
    """Return the settings of a fresh process in this folder, with the threads that there are."""
    return Settings(
        threads=torch.get_num_threads(),
        numpy_errors=(("divide", "warn"), ("over", "warn"), ("under", "ignore"), ("invalid", "warn")),
        recursion=sys.getrecursionlimit(),
        folder=_folder(),
        path=tuple(sys.path),
    )


@contextlib.contextmanager
def exchanged(own: Settings | None) -> Iterator[list[Settings]]:
    """Within the body the settings are `own`, if given; after it, those of before.

    What the body left is in the list that this yields.
    """
    outside = now()
    if own is not None:
        _change(outside, own)
    left: list[Settings] = []
    try:
        yield left
    finally:
        left.append(now())
        _change(left[0], outside)


def _change(old: Settings, new: Settings) -> None:
    if old == new:
        return
    sys.path[:] = new.path  # first: what follows may import
    torch.set_grad_enabled(new.grad)
    torch.set_default_dtype(new.dtype)
    if old.device is not new.device:
        torch.set_default_device(None if new.device is None else new.device.device)
    if old.threads != new.threads:
        torch.set_num_threads(new.threads)
    torch.use_deterministic_algorithms(new.deterministic[0], warn_only=new.deterministic[1])
    torch.autograd.set_detect_anomaly(new.anomaly[0], new.anomaly[1])
    torch.set_flush_denormal(new.flush_denormal)
    torch.set_float32_matmul_precision(new.matmul)
    errors: dict[str, Any] = dict(new.numpy_errors)
    np.seterr(**errors)
    if old.recursion != new.recursion:
        sys.setrecursionlimit(new.recursion)
    if old.folder != new.folder:
        with contextlib.suppress(OSError):  # it is gone
            os.chdir(new.folder)


def _default_device() -> Any:
    # torch.get_default_device takes 17 µs, a hundred times as long.
    return getattr(getattr(torch, "_GLOBAL_DEVICE_CONTEXT", None), "device_context", None)


def _folder() -> str:
    with contextlib.suppress(OSError):  # it is gone
        return os.getcwd()  # noqa: PTH109 - a text, which is cheaper
    return ""
