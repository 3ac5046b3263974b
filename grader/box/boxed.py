"""The judge's side of the box behind walls: starts it, asks, watches the clock, and trusts no answer."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sys
import time
from typing import Any

from grader import endings
from grader.box import wire
from grader.box.clock import Clock
from grader.box.session import error_from
from grader.box.zygote_handle import BoxSpec, ZygoteHandle

_LOOK_EVERY = 0.02
_CHUNK = 2**18
_IMPORT_CPU_SECONDS = 10.0


class WalledBox:
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
        self._broken: endings.Ended | None = None
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
            raise endings.TimeLimit(f"the {self._submission_limit:g} s that a whole submission may take")
        self._test = self._clock(self._test_limit * share)

    def _clock(self, cpu_seconds: float) -> Clock:
        return Clock(cpu_seconds, lambda: self.cpu_seconds)

    def restart(self) -> None:
        """The next call gets a fresh box."""
        if self._child:
            self._spent += self._child.cpu()
            self._child.kill()
            self._child = None

    close = restart

    def request(self, op: str, name: str, args: Any, kwargs: Any, seed: int | None) -> Any:
        """The value of `name(*args, **kwargs)` in the box; raises what endings.py lists."""
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
        except endings.Ended as ended:
            self._broken = endings.Broken(f"importing it: {ended.text}")
            raise self._broken from None
        self._test.pass_over()  # importing the module is no part of the test that happened to come first
        if "ended" in reply:
            self._broken = endings.Broken(str(reply.get("text", ""))[:500], str(reply.get("where", ""))[:500])
            raise self._broken

    def _exchange(self, message: bytes | None, clock: Clock) -> dict[str, Any]:
        assert self._child is not None
        try:
            reply = self._child.ask(message, clock)
        except endings.Ended:
            self.restart()
            raise
        if not isinstance(reply, dict):
            self.restart()
            raise endings.Crashed("the box sent an answer that is none")
        if "fault" in reply:
            raise endings.BoxFault(str(reply["fault"]))
        return reply


class _Child:
    """One box process, as its judge sees it."""

    def __init__(self, channel: socket.socket, status: socket.socket) -> None:
        self._channel = channel
        self._status = status
        data, fds, _, _ = socket.recv_fds(status, 4096, 1)
        if not data:
            raise endings.BoxFault("the zygote could not fork a box")
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

    def ask(self, message: bytes | None, clock: Clock) -> Any:
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
            raise endings.Crashed(f"the box sent an answer that is none ({error})") from None

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

    def _death(self) -> endings.Ended:
        """Why the channel closed, from the zygote's report on the exit. Raises BoxFault if that died, too."""
        self._status.settimeout(5)
        try:
            report = self._status.recv(4096)
        except TimeoutError:
            return endings.Crashed("the submission closed the channel to the judge")
        if not report:
            raise endings.BoxFault("the zygote has died")
        code = int(json.loads(report)["exit"])
        if code == -signal.SIGXCPU:
            return endings.TimeLimit("more CPU time than a submission may take")
        if code < 0:
            return endings.Crashed(f"the process was killed by {signal.Signals(-code).name}")
        return endings.Crashed(f"the process ended by itself (exit status {code}) in the middle of the call")

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
