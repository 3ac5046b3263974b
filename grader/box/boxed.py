"""The judge's side of a box behind walls: it starts the box, sends requests, watches the clock, and trusts no reply."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader import endings
from grader.box import wire
from grader.box.clock import Account, Clock
from grader.box.scratch import Scratch
from grader.box.session import error_from
from grader.box.transcript import Reply, Transcript, malformed, reply_in
from grader.box.walls.limits import MOST_THREADS
from grader.box.zygote_handle import BROKEN_OFF, BoxSpec, ZygoteHandle
from grader.course import Unit

_SAMPLE_EVERY = 0.02
_CHUNK = 2**18
_IMPORT_CPU_SECONDS = 10.0
_WALLS_CPU_SECONDS = 10.0  # for what the kit itself does in a box before it imports the module
_REPORTED_WITHIN = 5.0  # seconds, of a box that has ended
_KERNEL_GRACE = 15  # CPU seconds between the judge's limit and the kernel's, which is blunter


class WalledBox:
    """Calls into a submission behind walls. When a box dies its call ends, and the next call gets a new box.

    was_killed: True once a box has died of SIGKILL, and not of its limits: a machine does so when memory is short
    """

    def __init__(
        self,
        zygote: ZygoteHandle,
        spec: BoxSpec,
        folder: Path,
        *,
        test_cpu_seconds: float,
        submission_cpu_seconds: float,
        when_walled: Callable[[], None] = lambda: None,
    ) -> None:
        """folder: where each box gets a folder of its own, which is removed with it

        when_walled: called each time when the walls are up, just before code of the submission runs
        """
        self.tier = spec.tier
        self.device = spec.device
        self.was_killed = False
        self._zygote = zygote
        self._spec = spec
        self._folder = folder
        self._test_limit = test_cpu_seconds
        self._when_walled = when_walled
        self._child: _Child | None = None
        self._broken: endings.Ended | None = None
        self._ended_cpu = 0.0  # CPU seconds of children that have ended
        self._account = Account(submission_cpu_seconds, lambda: self.cpu_seconds)
        self._test = self._clock(test_cpu_seconds)
        self._transcript = Transcript()

    @property
    def cpu_seconds(self) -> float:
        """The CPU seconds that all boxes of this submission have used so far."""
        return self._ended_cpu + (self._child.cpu() if self._child else 0.0)

    def begin_test(self, share: float = 1.0) -> None:
        """Start the clock of a test, which may take this share of its time limit.

        Raise TimeLimit when the submission has used up its own.
        """
        self._account.require_time()
        self._test = self._clock(self._test_limit * share)
        self._transcript.begin()

    def rewind(self) -> None:
        """Give the answers since the test began once more, before the module is asked anything new."""
        self._transcript.rewind()

    def _clock(self, cpu_seconds: float) -> Clock:
        return Clock(cpu_seconds, lambda: self.cpu_seconds, self._account, self._queued)

    def _queued(self) -> float:
        return self._child.queued() if self._child else 0.0

    def restart(self) -> None:
        """Give the next call a fresh box."""
        if self._child:
            self._ended_cpu += self._child.cpu()
            self._child.kill()
            self._child = None

    close = restart

    def request(self, op: str, name: str, args: Any, kwargs: Any, seed: int | None) -> Any:
        """Return the value of `name(*args, **kwargs)` in the box. Raise the exceptions of endings.py."""
        if self._broken:
            raise self._broken
        message = wire.pack(
            {"op": op, "name": name, "args": list(args), "kwargs": dict(kwargs), "seed": seed}
        )
        reply = self._transcript.reply(message, self._ask)
        if "value" in reply:
            return reply["value"]
        raise error_from(reply)

    def _ask(self, message: bytes) -> Reply:
        if self._child and self._child.speaks_unasked():
            self.restart()  # its words would be taken for the answer to another function's call
        if self._child is None:
            self._start()
        reply = self._exchange(message, self._test)
        spoilt = "value" not in reply.content and isinstance(error_from(reply.content), endings.Crashed)
        if spoilt or reply.content.get("last") is True:
            self.restart()
        return reply

    def _start(self) -> None:
        scratch = Scratch(self._folder)
        spec = replace(self._spec, scratch=str(scratch.path))
        self._child = _Child(*self._zygote.spawn(spec), scratch, spec.cpu_seconds)
        self._wait_for_walls()
        try:
            reply = self._exchange(wire.pack("import"), self._clock(_IMPORT_CPU_SECONDS)).content
        except endings.Ended as ended:
            self._broken = endings.Broken(f"importing it: {ended.text}")
            raise self._broken from None
        self._test.discard()  # the first test is not charged for importing the module
        if reply.get("ready") is not True:
            text, where = (str(reply.get(key, ""))[:500] for key in ("text", "where"))
            self._broken = endings.Broken(text or str(malformed("not a reply")), where)
            raise self._broken

    def _wait_for_walls(self) -> None:
        """Wait until the walls are up. Raise BoxFault when they don't come: no code of the submission has run yet.

        Whatever happens later is the submission's doing, for its code could have said and done the same.
        """
        try:
            reply = self._exchange(None, Clock(_WALLS_CPU_SECONDS, lambda: self.cpu_seconds)).content
        except endings.Ended as ended:
            raise endings.BoxFault(f"a box did not come up: {ended.text}") from None
        if "walls" not in reply:
            self.restart()
            raise endings.BoxFault(str(reply.get("fault", "a box did not come up")))
        self._when_walled()

    def _exchange(self, message: bytes | None, clock: Clock) -> Reply:
        assert self._child is not None
        try:
            return reply_in(self._child.ask(message, clock))
        except endings.Ended:
            self.was_killed |= self._child.was_killed
            self.restart()
            raise


def box_of_unit(
    zygote: ZygoteHandle,
    unit: Unit,
    module: Path,
    dependencies: Sequence[Path],
    folder: Path,
    *,
    tier: str,
    device: str = "cpu",
    gpu: int = 0,
    when_walled: Callable[[], None] = lambda: None,
) -> WalledBox:
    """Return the box of a staged module of the unit, with the limits that the unit gives.

    dependencies: folders besides the module's own whose modules it may import
    gpu:          the number of its GPU, among those that the zygote sees
    folder, when_walled: see WalledBox
    """
    limits = unit.limits
    spec = BoxSpec(
        module=str(module),
        probes=str(unit.probes),
        forbidden=unit.forbidden,
        tier=tier,
        memory_bytes=limits.memory_mb << 20,
        cpu_seconds=int(limits.submission_cpu_seconds) + _KERNEL_GRACE,
        dependencies=tuple(map(str, dependencies)),
        unreadable=unit.unreadable,
        device=device,
        gpu=gpu,
        gpu_bytes=limits.gpu_memory_mb << 20,
    )
    return WalledBox(
        zygote,
        spec,
        folder,
        test_cpu_seconds=limits.test_cpu_seconds,
        submission_cpu_seconds=limits.submission_cpu_seconds,
        when_walled=when_walled,
    )


class _Child:
    """One box process, from the judge's side."""

    def __init__(
        self, channel: socket.socket, status: socket.socket, scratch: Scratch, cpu_seconds: int
    ) -> None:
        """cpu_seconds: at which the kernel ends it"""
        self._channel = channel
        self._kernel_limit = cpu_seconds
        self._status = status
        self._scratch = scratch
        data, fds, _, _ = socket.recv_fds(status, 4096, 1)
        report = json.loads(data) if data else {"fault": "the zygote has died"}
        if "fault" in report:
            scratch.remove()
            raise endings.BoxFault(report["fault"])
        self._pidfd = fds[0] if fds else None
        self.pid = int(report["pid"]) if self._pidfd is None else _number_here(self._pidfd)
        self._last_cpu = 0.0
        self.was_killed = False
        channel.setblocking(False)
        self._poller = select.poll()
        self._poller.register(channel, select.POLLIN)

    def cpu(self) -> float:
        """Return the CPU seconds of all its threads; elapsed seconds where the system has no such clock (macOS)."""
        if not self.pid:  # it had ended before its number could be read
            return self._last_cpu
        try:
            self._last_cpu = time.clock_gettime((~self.pid << 3) | 2)
        except OSError:
            if sys.platform != "linux":
                self._last_cpu = time.monotonic()
        return self._last_cpu

    def queued(self) -> float:
        """Return for how many seconds it could have run and had no core; 0.0 where the system doesn't tell."""
        try:
            with open(f"/proc/{self.pid}/schedstat", "rb") as about:
                return int(about.read().split()[1]) / 1e9
        except (OSError, IndexError):
            return 0.0

    def ask(self, message: bytes | None, clock: Clock) -> bytearray:
        """Send a message, and return the whole reply. Raise TimeLimit when the clock runs out.

        Raise Crashed when the box has ended, or has filled its folder.
        """
        clock.begin()
        self._scratch.look(self.pid)  # each call may be too short to be looked at while it lasts
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
                    pause = _SAMPLE_EVERY
                if rounds > 2:
                    clock.sample()
                    self._scratch.look(self.pid)
                    self._count_threads()
                if not self._receive_some(incoming):
                    raise self._death(clock)
                if needed == wire.HEAD_SIZE <= len(incoming):
                    needed += wire.body_size(bytes(incoming[: wire.HEAD_SIZE]))
            return incoming
        except (ConnectionError, BrokenPipeError):
            raise self._death(clock) from None
        except wire.WireError as error:
            raise malformed(error) from None

    def speaks_unasked(self) -> bool:
        """Return True when there are bytes that no request has asked for."""
        try:
            return bool(self._channel.recv(1, socket.MSG_PEEK))
        except OSError:  # nothing is there, or nobody any more
            return False

    def _count_threads(self) -> None:
        """Raise Crashed when it has started too many. Its memory would allow thousands, with small stacks."""
        with contextlib.suppress(OSError):  # it has ended, or the system has no /proc
            if os.stat(f"/proc/{self.pid}/task").st_nlink - 2 > MOST_THREADS:  # noqa: PTH116 - no Path each time
                raise endings.Crashed(f"it started more than {MOST_THREADS} threads")

    def _send_some(self, outgoing: memoryview) -> memoryview:
        """Send as much as the channel takes at once. Return the rest."""
        with contextlib.suppress(BlockingIOError):
            while len(outgoing):
                outgoing = outgoing[self._channel.send(outgoing) :]
        return outgoing

    def _receive_some(self, incoming: bytearray) -> bool:
        """Append the bytes that have arrived. Return False when the other end has closed."""
        try:
            chunk = self._channel.recv(_CHUNK)
        except BlockingIOError:
            return True
        incoming += chunk
        return bool(chunk)

    def _death(self, clock: Clock) -> endings.Ended:
        """Return why the channel closed, from the zygote's report. Raise BoxFault if the zygote died, too.

        A box that closes the channel and lives on has the judge wait for it. Raise TimeLimit when it does so too often.
        """
        self._status.settimeout(_REPORTED_WITHIN)
        try:
            report = self._status.recv(4096)
        except TimeoutError:
            clock.charge(_REPORTED_WITHIN)
            return endings.Crashed("the submission closed the channel to the judge")
        if not report:
            raise endings.BoxFault("the zygote has died")
        end = json.loads(report)
        code = int(end["exit"])
        # The first process of a namespace, as a box is from T2 on, is deaf to SIGXCPU. SIGKILL comes a second later.
        if code == -signal.SIGXCPU or (code == -signal.SIGKILL and end["cpu"] >= self._kernel_limit):
            return endings.TimeLimit("more CPU time than a submission may take")
        self.was_killed = code == -signal.SIGKILL
        if code < 0:
            return endings.Crashed(f"the process was killed by {signal.Signals(-code).name}")
        if code == BROKEN_OFF:
            text = "the box itself broke off: does the module change functions of Python, torch or numpy?"
            return endings.Crashed(text)
        return endings.Crashed(f"the process ended by itself (exit status {code}) in the middle of the call")

    def kill(self) -> None:
        """End the process, whatever it does."""
        with contextlib.suppress(ProcessLookupError):
            if self._pidfd is not None:
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            else:
                os.kill(self.pid, signal.SIGKILL)
        if self._pidfd is not None:
            os.close(self._pidfd)
        self._channel.close()
        self._status.close()
        self._scratch.remove()


def _number_here(pidfd: int) -> int:
    """Return the number of a process in the namespace of this one; 0 when it has ended. Its zygote may know another."""
    for line in Path(f"/proc/self/fdinfo/{pidfd}").read_text(encoding="utf-8").splitlines():
        if line.startswith("Pid:"):
            return max(0, int(line.split()[1]))
    raise endings.BoxFault("this system does not tell the number of a box's process (/proc/self/fdinfo)")
