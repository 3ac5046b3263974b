"""The zygote: a warm interpreter that forks a box for each submission, in milliseconds.

It runs as `python -m grader.box.zygote FD TIER FORBIDDEN [PROBES ...]`, a process of its own from exec on, so that
nothing of the judge (tests, reference, seeds) was ever in its memory. FD is a datagram socket; each datagram is a
JSON spec (see boxed.BoxSpec) and brings two descriptors: the box's channel, and a status socket on which the zygote
reports the pid (with a pidfd where there is one) and later the exit. When the status socket's other end closes, the
box is killed: a judge that dies leaves nothing behind. FORBIDDEN is JSON: what the guards will look for.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

import torch

from grader.box import wire, worker
from grader.box.guard import Guard
from grader.box.huge_pages import ForkCount
from grader.box.walls import default_readable
from grader.box.walls.ground import Ground, prepare
from grader.box.walls.installed import places_of
from grader.box.walls.process import die_with_parent
from grader.box.walls.tiers import Tier, WallError
from grader.box.zygote_handle import BROKEN_OFF
from grader.course import load_module

_MAX_SPEC = 64 * 1024
_FORK_TRIES, _FORK_PAUSE = 150, 0.2  # seconds


def warm() -> None:
    """Take the slow lazy paths once, before any fork. One thread, or children of a fork hang."""
    torch.set_num_threads(1)
    weight = torch.nn.Parameter(torch.ones(2, 2))
    optimizer = torch.optim.SGD([weight], lr=0.1)
    (weight @ weight).sum().backward()
    optimizer.step()
    torch.testing.assert_close(weight, weight)
    torch.nn.functional.cross_entropy(torch.zeros(2, 3), torch.zeros(2, dtype=torch.int64))
    for dtype in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
        x = torch.ones(3, 4, dtype=dtype, requires_grad=True)
        y = x.logsumexp(-1) + x.amax(-1) + x.exp().sum(-1).log()
        y.sum().backward()
        x.detach().normal_().uniform_()
    wire.copy([torch.ones(2), {"a": (1, 2.0)}])
    guard = Guard(("torch.nothing",))
    with guard.watching():
        torch.nn.Linear(2, 2)(torch.ones(1, 2)).relu().sum()
    torch.linalg.qr(torch.ones(2, 2))


class Zygote:
    """The loop that takes specs, forks boxes, reaps them and reports their end."""

    def __init__(self, control: socket.socket, ground: Ground) -> None:
        self._control = control
        self._ground = ground
        self._boxes: dict[int, socket.socket] = {}  # pid → status socket
        self._forks = ForkCount()
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ, "control")
        self._alarm, self._bell = socket.socketpair()
        for s in (self._alarm, self._bell):
            s.setblocking(False)
        self._selector.register(self._alarm, selectors.EVENT_READ, "child")
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._bell.fileno(), warn_on_full_buffer=False)

    def serve(self) -> None:
        """Serve until the judge closes the control socket."""
        while True:
            for key, _ in self._selector.select():
                if key.data == "control":
                    if not self._take_spec():
                        signal.set_wakeup_fd(-1)  # this object goes, and boxes may end after it
                        return
                elif key.data == "child":
                    self._alarm.recv(4096)
                    self._reap()
                else:
                    self._abandoned(key.data)

    def _take_spec(self) -> bool:
        try:
            data, fds, _, _ = socket.recv_fds(self._control, _MAX_SPEC, 2)
        except ConnectionResetError:  # the judge has gone before it read that this is warm
            return False
        if not data:
            return False
        channel, status = (socket.socket(fileno=fd) for fd in fds)
        spec = json.loads(data)
        if spec["unreadable"]:
            places_of(default_readable(), tuple(spec["unreadable"]))  # looked for here, once for all boxes
        # A forked process can't use CUDA when its parent has, and torch would say so only at the first use.
        fault = "CUDA was initialised before the box was forked" if torch.cuda.is_initialized() else ""
        try:
            pid = self._fork()
        except OSError as error:
            self._report(status, {"fault": f"no process could be made for a box: {error}"}, [])
            channel.close()
            status.close()
            return True
        if pid == 0:
            self._become_box(spec, channel, fault)
        channel.close()
        self._boxes[pid] = status
        self._selector.register(status, selectors.EVENT_READ, pid)
        pidfds = [os.pidfd_open(pid)] if hasattr(os, "pidfd_open") else []
        self._report(status, {"pid": pid}, pidfds)
        for fd in pidfds:
            os.close(fd)
        return True

    def _fork(self) -> int:
        """Fork. Where the machine has no room for another process, wait until a box has ended, or for half a minute."""
        self._forks.one_more()
        for _ in range(_FORK_TRIES):
            with contextlib.suppress(BlockingIOError):
                return self._ground.fork()
            time.sleep(_FORK_PAUSE)
            self._reap()
        return self._ground.fork()

    def _become_box(self, spec: dict[str, Any], channel: socket.socket, fault: str) -> None:
        """In the child: never returns."""
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            worker.run(spec, channel, fault, user=self._ground.user)
        finally:
            os._exit(BROKEN_OFF)

    def _abandoned(self, pid: int) -> None:
        """Kill a box whose judge is gone: judges never write to a status socket, so readable means closed."""
        if pid in self._boxes:  # or it was reaped a moment ago
            self._selector.unregister(self._boxes[pid])
            os.kill(pid, signal.SIGKILL)

    def _reap(self) -> None:
        while self._boxes:
            try:
                pid, code, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self._ground.ended(pid)
            status = self._boxes.pop(pid, None)
            if status is None:
                continue
            if status.fileno() in self._selector.get_map():
                self._selector.unregister(status)
            report = {
                "exit": os.waitstatus_to_exitcode(code),
                "cpu": usage.ru_utime + usage.ru_stime,
                "peak_kb": usage.ru_maxrss,
            }
            self._report(status, report, [])
            status.close()

    @staticmethod
    def _report(status: socket.socket, message: dict[str, Any], fds: list[int]) -> None:
        with contextlib.suppress(OSError):  # the judge has gone
            socket.send_fds(status, [json.dumps(message).encode()], fds)


def main() -> None:
    """Warm up, report it with one datagram, and serve."""
    die_with_parent(os.getppid())
    control = socket.socket(fileno=int(sys.argv[1]))
    try:
        ground = prepare(Tier[sys.argv[2]])
    except WallError as error:
        sys.exit(f"tier {sys.argv[2]}: {error}")
    warm()
    for path in sys.argv[4:]:  # a unit's probes may have a warm() of their own: matplotlib, say
        getattr(load_module(Path(path)), "warm", lambda: None)()
    for forbidden in json.loads(sys.argv[3]):
        Guard.prepare(forbidden)
    gc.collect()
    gc.freeze()
    with contextlib.suppress(OSError):  # the judge has gone: there is nothing to serve
        control.send(b"warm")
    Zygote(control, ground).serve()


if __name__ == "__main__":
    main()
