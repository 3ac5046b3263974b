"""What GPUs there are, asked of a process of its own: to look is to initialise CUDA, and who grades must not.

Run as `python -m grader.box.devices.gpus`, it prints what it found as one line of JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

NAMES = ("cpu", "cuda", "mps", "pretend")
_PATIENCE = 120.0  # wall seconds; a driver that wakes up takes some


@dataclass(frozen=True)
class Gpu:
    """One CUDA device, as torch numbers them; memory in bytes."""

    name: str
    memory: int


@dataclass(frozen=True)
class Found:
    """What a machine has. cuda, driver: versions, "" where there is none; trouble: why nothing could be found out."""

    gpus: tuple[Gpu, ...] = ()
    torch: str = ""
    cuda: str = ""
    driver: str = ""
    mps: bool = False
    trouble: str = ""


class NoSuchDevice(Exception):
    """The device that was asked for is not here. The text says so."""


@dataclass(frozen=True)
class Target:
    """Where submissions are graded, and how many may be at once.

    name:     one of NAMES
    label:    as records tell it, such as "cuda: NVIDIA H200"
    gpus:     how many GPUs the boxes are spread over; 0: none are used
    share:    how many boxes may be on one GPU at a time
    versions: what records tell besides the versions of packages
    """

    name: str = "cpu"
    label: str = "cpu"
    gpus: int = 0
    share: int = 1
    versions: Mapping[str, str] = field(default_factory=dict)

    def at_once(self, jobs: int) -> int:
        """How many of the wanted jobs may run at a time."""
        return min(jobs, self.gpus * self.share) if self.gpus else jobs


CPU = Target()


def target(name: str, share: int = 1) -> Target:
    """The device of that name on this machine. Raises NoSuchDevice when it has none."""
    if name == "cpu":
        return CPU
    if name == "pretend":
        return Target(name, "pretend (no GPU: tensors on the CPU)")
    if name not in NAMES:
        raise NoSuchDevice(f"there is no device {name!r}; --device is one of {', '.join(NAMES)}")
    found = look()
    if name == "mps":
        if not found.mps:
            raise NoSuchDevice(f"--device mps: there is no mps device here{_because(found)}")
        return Target(name, name, gpus=1, share=share)
    if not found.gpus:
        built = "" if found.cuda else f"; torch {found.torch} is built for CPUs alone" if found.torch else ""
        raise NoSuchDevice(f"--device cuda: there is no CUDA device here{built}{_because(found)}")
    names = ", ".join(dict.fromkeys(gpu.name for gpu in found.gpus))
    versions = {"cuda": found.cuda, "driver": found.driver}
    return Target(name, f"cuda: {names}", len(found.gpus), share, versions)


def _because(found: Found) -> str:
    return f" ({found.trouble})" if found.trouble else ""


def look() -> Found:
    """Ask a fresh process, which takes a second or two."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "grader.box.devices.gpus"],
            capture_output=True,
            text=True,
            env=environment,
            timeout=_PATIENCE,
            check=True,
        )
        told = json.loads(done.stdout.splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError) as error:
        return Found(trouble=f"asking for GPUs failed: {type(error).__name__}")
    return Found(**(told | {"gpus": tuple(Gpu(**g) for g in told["gpus"])}))


def _found_here() -> dict[str, Any]:
    """Found, by this very process, which initialises CUDA for it."""
    import torch

    trouble, gpus = "", []
    if torch.version.cuda:
        try:
            for k in range(torch.cuda.device_count()):
                about = torch.cuda.get_device_properties(k)
                gpus.append(Gpu(about.name, int(about.total_memory)))
        except RuntimeError as error:
            trouble = str(error).splitlines()[0][:300]
    driver = Path("/sys/module/nvidia/version")
    return asdict(
        Found(
            tuple(gpus),
            torch=str(torch.__version__),
            cuda=torch.version.cuda or "",
            driver=driver.read_text(encoding="ascii").strip() if driver.exists() else "",
            mps=torch.backends.mps.is_available(),
            trouble=trouble,
        )
    )


if __name__ == "__main__":
    print(json.dumps(_found_here()))
