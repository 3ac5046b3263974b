"""The judge's side of the box behind walls: starts it, asks, watches the clock, and trusts no answer."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from grader.box import errors, wire
from grader.box.session import error_from

_WALL_PER_CPU = 10  # by the clock on the wall a test may wait for ten times its CPU seconds
_LOOK_EVERY = 0.02
# Seconds that count between two looks: where there are more, the judge was not run, or the machine stood still.
_LONGEST_WAIT, _LONGEST_WORK = 0.1, 0.5
_CHUNK = 2**18
_IMPORT_CPU_SECONDS = 10.0
_KEPT_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES")


@dataclass(frozen=True)
class BoxSpec:
    """What the zygote has to know to make a box.

    joined:     folders besides the module's own whose modules it may import
    unreadable: installed packages that it must not read
    device:     where its tensors live, one of gpus.NAMES
    gpu:        which of the GPUs that the zygote may see is its own
    gpu_bytes:  how much of its memory it may have
    """

    module: str
    probes: str
    forbidden: tuple[str, ...]
    tier: str
    memory_bytes: int
    cpu_seconds: int
    joined: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    device: str = "cpu"
    gpu: int = 0
    gpu_bytes: int = 0


class ZygoteHandle:
    """A running zygote. Forked judges share it: each spec is one datagram, so none gets mixed up."""

    def __init__(self, preload: Sequence[Path] = ()) -> None:
        kind = getattr(socket, "SOCK_SEQPACKET", socket.SOCK_DGRAM)
        self._control, theirs = socket.socketpair(socket.AF_UNIX, kind)
        environment = {k: v for k, v in os.environ.items() if k in _KEPT_ENVIRONMENT}
        environment |= {
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "MPLBACKEND": "agg",
            "CUBLAS_WORKSPACE_CONFIG": ":4096:8",  # without it cuBLAS may sum in another order each time
            "CUDA_CACHE_DISABLE": "1",  # behind the walls there is no folder for it
        }
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "grader.box.zygote", str(theirs.fileno()), *map(str, preload)],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=environment,
            cwd="/",
        )
        theirs.close()
        if self._control.recv(16) != b"warm":
            raise errors.BoxFault("the zygote did not start")

    def spawn(self, spec: BoxSpec) -> tuple[socket.socket, socket.socket]:
        """The judge's ends of a new box's channel and status socket."""
        channel, their_channel = socket.socketpair()
        status, their_status = socket.socketpair(socket.AF_UNIX, self._control.type)
        try:
            socket.send_fds(
                self._control,
                [json.dumps(asdict(spec)).encode()],
                [their_channel.fileno(), their_status.fileno()],
            )
        except OSError as error:
            raise errors.BoxFault(f"the zygote has died: {error}") from error
        finally:
            their_channel.close()
            their_status.close()
        return channel, status

    def alive(self) -> bool:
        """Whether the process is still there."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the zygote and every box of it."""
        self._control.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()


class Box:
    """Calls into a submission behind the walls. A box that dies costs its call; the next gets a new one."""

    def __init__(
        self, zygote: ZygoteHandle, spec: BoxSpec, *, test_cpu_seconds: float, submission_cpu_seconds: float
    ) -> None:
        self.tier = spec.tier
        self.device = spec.device
        self._zygote = zygote
        self._spec = spec
        self._test_limit = test_cpu_seconds
        self._submission_limit = submission_cpu_seconds
        self._child: _Child | None = None
        self._broken: errors.Ended | None = None
        self._spent = 0.0  # CPU seconds of children that have ended
        self._test = self._clock(test_cpu_seconds)

    @property
    def cpu_seconds(self) -> float:
        """CPU seconds that all boxes of this submission have used so far."""
        return self._spent + (self._child.cpu() if self._child else 0.0)

    def begin_test(self, share: float = 1.0) -> None:
        """Start the clock of a test, which may take this share of its time.

        Raises TimeLimit when the submission has used up all of its own.
        """
        if self.cpu_seconds > self._submission_limit:
            raise errors.TimeLimit(f"the {self._submission_limit:g} s that a whole submission may take")
        self._test = self._clock(self._test_limit * share)

    def _clock(self, cpu_seconds: float) -> _Clock:
        return _Clock(cpu_seconds, lambda: self.cpu_seconds)

    def restart(self) -> None:
        """The next call gets a fresh box."""
        if self._child:
            self._spent += self._child.cpu()
            self._child.kill()
            self._child = None

    close = restart

    def request(self, op: str, name: str, args: Any, kwargs: Any, seed: int | None) -> Any:
        """The value of `name(*args, **kwargs)` in the box; raises what errors.py lists."""
        if self._broken:
            raise self._broken
        message = wire.pack(
            {"op": op, "name": name, "args": list(args), "kwargs": dict(kwargs), "seed": seed}
        )
        if self._child is None:
            self._start()
        reply = self._exchange(message, self._test)
        if "value" in reply:
            return reply["value"]
        if reply.get("last") is True:
            self.restart()
        raise error_from(reply)

    def _start(self) -> None:
        self._child = _Child(*self._zygote.spawn(self._spec))
        try:
            reply = self._exchange(None, self._clock(_IMPORT_CPU_SECONDS))
        except errors.Ended as ended:
            self._broken = errors.Broken(f"importing it: {ended.text}")
            raise self._broken from None
        self._test.pass_over()  # importing the module is no part of the test that happened to come first
        if "ended" in reply:
            self._broken = errors.Broken(str(reply.get("text", ""))[:500], str(reply.get("where", ""))[:500])
            raise self._broken

    def _exchange(self, message: bytes | None, clock: _Clock) -> dict[str, Any]:
        assert self._child is not None
        try:
            reply = self._child.ask(message, clock)
        except errors.Ended:
            self.restart()
            raise
        if not isinstance(reply, dict):
            self.restart()
            raise errors.Crashed("the box sent an answer that is none")
        if "fault" in reply:
            raise errors.BoxFault(str(reply["fault"]))
        return reply


class _Clock:
    """What a test has had of its time: CPU seconds of the box, and waiting by the clock on the wall.

    Time in which the judge did not run is not counted. On a machine that is overloaded, or that stands still for a
    while, the box does not get on with its work either: that is no fault of the submission's.
    """

    def __init__(self, cpu_seconds: float, cpu: Callable[[], float]) -> None:
        self._limit = cpu_seconds
        self._cpu = cpu
        self._worked = self._waited = 0.0
        self.pass_over()

    def pass_over(self) -> None:
        """What has been since the last look does not count."""
        self._last_work, self._last_wait = self._cpu(), time.monotonic()

    def begin(self) -> None:
        """A call begins: while the judge was at its own affairs nobody waited. Raises TimeLimit as look does."""
        self._last_wait = time.monotonic()
        self.look()

    def look(self) -> None:
        """Raises TimeLimit when the time is up."""
        work, wait = self._cpu(), time.monotonic()
        self._worked += min(work - self._last_work, _LONGEST_WORK)
        self._waited += min(wait - self._last_wait, _LONGEST_WAIT)
        self._last_work, self._last_wait = work, wait
        if self._worked > self._limit:
            raise errors.TimeLimit(f"more than {self._limit:g} s of CPU time: an endless loop?")
        if self._waited > self._limit * _WALL_PER_CPU:
            text = f"more than {self._limit * _WALL_PER_CPU:g} s: what does it wait for?"
            raise errors.TimeLimit(text, certain=False)


class _Child:
    """One box process, as its judge sees it."""

    def __init__(self, channel: socket.socket, status: socket.socket) -> None:
        self._channel = channel
        self._status = status
        data, fds, _, _ = socket.recv_fds(status, 4096, 1)
        if not data:
            raise errors.BoxFault("the zygote could not fork a box")
        self.pid = int(json.loads(data)["pid"])
        self._pidfd = fds[0] if fds else None
        self._last_cpu = 0.0
        channel.setblocking(False)
        self._poller = select.poll()
        self._poller.register(channel, select.POLLIN)

    def cpu(self) -> float:
        """CPU seconds of all its threads. Where the system does not tell (macOS), by the clock on the wall."""
        try:
            self._last_cpu = time.clock_gettime((~self.pid << 3) | 2)
        except OSError:
            if sys.platform != "linux":
                self._last_cpu = time.monotonic()
        return self._last_cpu

    def ask(self, message: bytes | None, clock: _Clock) -> Any:
        """Send, and wait for a whole message, as long as there is time on the clock."""
        clock.begin()
        outgoing = memoryview(message or b"")
        incoming = bytearray()
        needed = wire.HEAD_SIZE
        pause = 0.0005
        rounds = 0
        try:
            while len(incoming) < needed:
                rounds += 1
                outgoing = self._send_some(outgoing)
                events = select.POLLIN | (select.POLLOUT if len(outgoing) else 0)
                self._poller.modify(self._channel, events)
                if not self._poller.poll(pause * 1000):
                    pause = _LOOK_EVERY
                if rounds > 2:
                    clock.look()
                if not self._receive_some(incoming):
                    raise self._death()
                if needed == wire.HEAD_SIZE <= len(incoming):
                    needed += wire.body_size(bytes(incoming[: wire.HEAD_SIZE]))
            return wire.unpack(incoming)
        except (ConnectionError, BrokenPipeError):
            raise self._death() from None
        except wire.WireError as error:
            raise errors.Crashed(f"the box sent an answer that is none ({error})") from None

    def _send_some(self, outgoing: memoryview) -> memoryview:
        """Send what the channel takes at once; returns the rest."""
        with contextlib.suppress(BlockingIOError):
            while len(outgoing):
                outgoing = outgoing[self._channel.send(outgoing) :]
        return outgoing

    def _receive_some(self, incoming: bytearray) -> bool:
        """Append what is there to be read. False when the other end has closed."""
        try:
            chunk = self._channel.recv(_CHUNK)
        except BlockingIOError:
            return True
        incoming += chunk
        return bool(chunk)

    def _death(self) -> errors.Ended:
        """Why the channel closed, from the zygote's report on the exit. Raises BoxFault if that died, too."""
        self._status.settimeout(5)
        try:
            report = self._status.recv(4096)
        except TimeoutError:
            return errors.Crashed("the submission closed the channel to the judge")
        if not report:
            raise errors.BoxFault("the zygote has died")
        code = int(json.loads(report)["exit"])
        if code == -signal.SIGXCPU:
            return errors.TimeLimit("more CPU time than a submission may take")
        if code < 0:
            return errors.Crashed(f"the process was killed by {signal.Signals(-code).name}")
        return errors.Crashed(f"the process ended by itself (exit status {code}) in the middle of the call")

    def kill(self) -> None:
        """End it, whatever it does."""
        with contextlib.suppress(ProcessLookupError):
            if self._pidfd is not None:
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            else:
                os.kill(self.pid, signal.SIGKILL)
        if self._pidfd is not None:
            os.close(self._pidfd)
        self._channel.close()
        self._status.close()
