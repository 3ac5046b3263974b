"""The judge's side of the zygote: start it, and have it fork boxes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from grader import endings

BROKEN_OFF = 70  # exit status of a box whose own loop raised
_KEPT_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES")


@dataclass(frozen=True)
class BoxSpec:
    """The description of a box, from which the zygote makes it.

    scratch:      the folder that it may write to; the module is copied there
    dependencies: folders besides the module's own whose modules it may import
    unreadable:   installed packages that it must not read
    device:       the device that its tensors live on, one of gpus.NAMES
    gpu:          the number of its GPU, among those that the zygote sees
    gpu_bytes:    the share of that GPU's memory that it may use
    """

    module: str
    probes: str
    forbidden: tuple[str, ...]
    tier: str
    memory_bytes: int
    cpu_seconds: int
    scratch: str = ""
    dependencies: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    device: str = "cpu"
    gpu: int = 0
    gpu_bytes: int = 0


class ZygoteHandle:
    """A running zygote. Forked judges share it: each spec is one datagram, so they can't get mixed up."""

    def __init__(
        self, preload: Sequence[Path] = (), forbidden: Sequence[Sequence[str]] = (), *, tier: str = "T1"
    ) -> None:
        """Start it, and return at once: see `wait_until_warm`.

        preload:   probes of units, which may have a warm() of their own
        forbidden: of each unit, what its guard will look for
        tier:      that of all its boxes
        """
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
            "CUBLAS_WORKSPACE_CONFIG": ":4096:8",  # or cuBLAS may sum in a different order each time
            "CUDA_CACHE_DISABLE": "1",  # the cache has no folder behind the walls
        }
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-P", "-m", "grader.box.zygote", str(theirs.fileno())),
                *(tier, json.dumps([*map(list, forbidden)]), *map(str, preload)),
            ],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=environment,
            cwd="/",
        )
        theirs.close()
        self._warm = False

    def wait_until_warm(self) -> None:
        """Wait until boxes can be forked from it. Raise BoxFault when it did not start. Call this once."""
        if self._control.recv(16) != b"warm":
            raise endings.BoxFault(
                "the zygote, which boxes are forked from, did not start: its own error is printed above"
            )
        self._warm = True

    def spawn(self, spec: BoxSpec) -> tuple[socket.socket, socket.socket]:
        """Fork a box. Return the judge's ends of its channel and status socket. Raise BoxFault without a zygote."""
        channel, their_channel = socket.socketpair()
        status, their_status = socket.socketpair(socket.AF_UNIX, self._control.type)
        try:
            socket.send_fds(
                self._control,
                [json.dumps(asdict(spec)).encode()],
                [their_channel.fileno(), their_status.fileno()],
            )
        except OSError as error:
            raise endings.BoxFault(f"the zygote has died: {error}") from error
        finally:
            their_channel.close()
            their_status.close()
        return channel, status

    @property
    def pid(self) -> int:
        """The number of the process that was started: from T2 on, of the one that waits for the zygote."""
        return self._process.pid

    def alive(self) -> bool:
        """Return True while the process runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the zygote and all its boxes. One that is still warming up listens to nothing, and is killed."""
        self._control.close()
        if not self._warm:
            self._process.kill()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
