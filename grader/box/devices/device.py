"""The device beside a submission: tensors of requests and of probes are put on it.

The judge does not know it: its tensors are on the CPU, and so are those that come back to it. Here, beside the
submission, the tensors of a request are put on the device, and so are those that a probe makes. What the submission
makes stays where it made it: that is what a test on a device examines.

CUDA is never touched before a box is forked: each box initialises its own (`start`).
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from grader.box.devices.tensors import tensors_in
from grader.endings import BoxFault

_TORCH_NN = os.path.join(os.path.dirname(torch.__file__), "nn") + os.sep  # noqa: PTH118, PTH120 - text of frames
_BOX = os.path.dirname(os.path.dirname(os.path.realpath(__file__))) + os.sep  # noqa: PTH120
_PROBES_OF_ALL = (_BOX + "probes" + os.sep,)


class DeviceMistake(RuntimeError):
    """A function's result is on a different device than its input."""


class Device:
    """The device called `name`, one of gpus.NAMES, as it is used beside a submission, once it is started."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._pretended: Callable[[], contextlib.AbstractContextManager[None]] | None = None
        if name == "pretend":
            from grader.box.devices.pretend import PretendDevice, active

            device = PretendDevice()
            self._pretended = lambda: active(device)

    def start(self, memory_bytes: int | None = None) -> None:
        """Initialise it in this process, behind the walls if there are any. Raises BoxFault when it can't be used.

        memory_bytes: how much of a GPU's memory this process may have; None: all
        """
        if why := unusable(self.name):
            raise BoxFault(why)
        if self.name == "cuda":
            _start_cuda(memory_bytes)

    @contextmanager
    def working(self, probes: Sequence[str]) -> Iterator[None]:
        """In the body, tensors that the files (or folders) `probes` make are put on the device.

        So are those of threads that are started in the body.
        """
        if self.name == "cpu":
            yield
            return
        places = (*probes, *_PROBES_OF_ALL)
        with self._modes(places), _started_threads(lambda: self._modes(places)):
            yield

    @contextmanager
    def _modes(self, places: tuple[str, ...]) -> Iterator[None]:
        with ExitStack() as modes:
            if self._pretended is not None:
                modes.enter_context(self._pretended())
            modes.enter_context(_MadeByProbes(self.name, places))
            yield

    def put(self, value: Any) -> Any:
        """Return plain data with its tensors on the device. Strides and requires_grad are kept."""
        if self.name == "cpu":
            return value
        if isinstance(value, torch.Tensor):
            return _put(value, self.name)
        if isinstance(value, (list, tuple)):
            return type(value)(self.put(v) for v in value)
        if isinstance(value, dict):
            return {k: self.put(v) for k, v in value.items()}
        return value

    def require_here(self, function: str, arguments: Any, result: Any) -> None:
        """Raise DeviceMistake when a tensor in the result of a call with floating-point tensors is elsewhere."""
        if self.name == "cpu" or not any(t.is_floating_point() for t in tensors_in(arguments)):
            return
        for tensor in tensors_in(result):
            if tensor.device.type != self.name:
                raise DeviceMistake(
                    f"{function} returned a tensor on {tensor.device.type} for an input on {self.name}: "
                    "make new tensors on the input's device"
                )


def unusable(name: str) -> str | None:
    """Return why this process can't use the device of that name; None when it can. Initialises nothing."""
    if name == "cuda" and not torch.cuda.is_available():
        built = "" if torch.version.cuda else " (this build of torch supports CPUs only)"
        return f"there is no CUDA device here{built}"
    if name == "mps" and not torch.backends.mps.is_available():
        return "there is no mps device here"
    return None


def _start_cuda(memory_bytes: int | None) -> None:
    """Initialise CUDA in this process, with a share of the memory, as repeatable as torch can make it."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # read when cuBLAS is first used
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = False
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        torch.cuda.init()
        if memory_bytes is not None:
            whole = torch.cuda.get_device_properties(0).total_memory
            torch.cuda.set_per_process_memory_fraction(min(1.0, memory_bytes / whole))
        x = torch.ones(2, 2, device="cuda", requires_grad=True)
        (x @ x).logsumexp(-1).sum().backward()  # loads cuBLAS: a second that no test should be charged
        torch.cuda.synchronize()
    except Exception as error:  # whatever it is, the submission has not run yet
        raise BoxFault(f"CUDA could not be initialised: {error}") from error


def _put(tensor: torch.Tensor, device: str) -> torch.Tensor:
    plain = tensor.detach()
    if not plain.numel():
        there = torch.empty_strided(plain.shape, plain.stride(), dtype=plain.dtype).to(device)
    else:
        # the stretch of memory that the strides reach: .to() alone would make an expanded tensor a full one
        span = 1 + sum((n - 1) * s for n, s in zip(plain.shape, plain.stride(), strict=True))
        there = plain.as_strided((span,), (1,)).to(device).as_strided(plain.shape, plain.stride())
    return there.requires_grad_(tensor.requires_grad)


_FACTORIES = frozenset(
    getattr(torch, name)
    for name in (
        "arange", "as_tensor", "asarray", "empty", "empty_strided", "eye", "from_numpy", "full", "linspace",
        "logspace", "normal", "ones", "rand", "randint", "randn", "randperm", "scalar_tensor", "tensor",
        "tril_indices", "triu_indices", "zeros",
    )
)  # fmt: skip
_DRAWN_LIKE = frozenset(
    {torch.rand_like, torch.randn_like, torch.randint_like, torch.bernoulli, torch.multinomial}
)
_Tensor: Any = torch.Tensor
_FILLS = frozenset(
    {_Tensor.normal_, _Tensor.uniform_, _Tensor.random_, _Tensor.bernoulli_, _Tensor.exponential_}
    | {
        f
        for name, f in vars(torch.nn.init).items()
        if name.endswith("_") and not name.startswith("_") and callable(f)
    }
)


class _MadeByProbes(TorchFunctionMode):
    """Puts tensors that probes make on the device. Numbers are drawn on the CPU, so that all devices get the same.

    A layer of torch.nn belongs to the caller of its class. A call that names a device is left alone.
    """

    def __init__(self, device: str, probes: tuple[str, ...]) -> None:
        super().__init__()
        self._device = device
        self._probes = probes

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        if func in _FACTORIES:
            if kwargs.get("device") is None and self._asked_by_probe():
                return self._made(func, args, kwargs)
        elif func in _DRAWN_LIKE:
            if self._asked_by_probe():
                return func(*_on_cpu(args), **_on_cpu(kwargs)).to(self._device)
        elif func in _FILLS and self._asked_by_probe():
            tensor = args[0] if args else kwargs["tensor"]
            rest = {k: v for k, v in kwargs.items() if k != "tensor"}
            with torch.no_grad():
                tensor.copy_(func(tensor.detach().cpu(), *args[1:], **rest))
            return tensor
        return func(*args, **kwargs)

    def _made(self, func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        if args and isinstance(args[0], torch.Tensor):
            return func(*args, **kwargs)  # torch.tensor(x) is where x is
        grad = kwargs.get("requires_grad", False)
        made = func(*args, **{k: v for k, v in kwargs.items() if k != "requires_grad"})
        return made.to(self._device).requires_grad_(grad)

    def _asked_by_probe(self) -> bool:
        """Return True when a probe's file is the nearest caller, past the kit, other modes and torch's layers."""
        frame = sys._getframe(2)
        while frame is not None:
            code = frame.f_code
            if code.co_filename.startswith(self._probes) and code.co_name != "__torch_function__":
                return True
            modes = code.co_name in ("__torch_function__", "handle_torch_function")
            if not modes and not code.co_filename.startswith((_TORCH_NN, _BOX)):
                return False
            frame = frame.f_back  # type: ignore[assignment]
        return False


def _on_cpu(values: Any) -> Any:
    if isinstance(values, dict):
        return {k: _on_cpu(v) for k, v in values.items()}
    return type(values)(v.cpu() if isinstance(v, torch.Tensor) else v for v in values)


@contextmanager
def _started_threads(modes: Callable[[], contextlib.AbstractContextManager[None]]) -> Iterator[None]:
    """Have threads that are started in the body enter the modes, which belong to one thread each."""
    start = threading.Thread.start

    def start_in_modes(thread: threading.Thread) -> None:
        run = thread.run

        def run_in_modes() -> None:
            del thread.run  # type: ignore[method-assign]
            with modes():
                run()

        thread.run = run_in_modes  # type: ignore[method-assign]
        start(thread)

    threading.Thread.start = start_in_modes  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        threading.Thread.start = start  # type: ignore[method-assign]
