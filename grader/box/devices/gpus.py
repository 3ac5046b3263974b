"""Find the GPUs of this machine in a process of their own: looking initialises CUDA, which a grading process must not.

Run as `python -m grader.box.devices.gpus`, it prints its findings as one line of JSON.
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
_PATIENCE = 120.0  # wall seconds; a driver takes some to wake up


@dataclass(frozen=True)
class Gpu:
    """One CUDA device, as torch numbers them; memory in bytes."""

    name: str
    memory: int


@dataclass(frozen=True)
class Found:
    """The devices of a machine. cuda, driver: versions, or ""; trouble: why the search failed, or ""."""

    gpus: tuple[Gpu, ...] = ()
    torch: str = ""
    cuda: str = ""
    driver: str = ""
    mps: bool = False
    trouble: str = ""


class NoSuchDevice(Exception):
    """The requested device is missing. The text says so."""


@dataclass(frozen=True)
class Target:
    """The device that submissions are graded on, and how many may be at once.

    name:     one of NAMES
    label:    its text in records, such as "cuda: NVIDIA H200"
    gpus:     the number of GPUs that the boxes are spread over; 0 on the CPU
    share:    the number of boxes that may be on one GPU at a time
    versions: versions for records, besides those of packages
    """

    name: str = "cpu"
    label: str = "cpu"
    gpus: int = 0
    share: int = 1
    versions: Mapping[str, str] = field(default_factory=dict)

    def at_once(self, jobs: int) -> int:
        """Return how many of the requested jobs may run at a time."""
        return min(jobs, self.gpus * self.share) if self.gpus else jobs


CPU = Target()


def target(name: str, share: int = 1) -> Target:
    """Return the device of that name on this machine. Raise NoSuchDevice when it has none."""
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
        built = "" if found.cuda else f"; torch {found.torch} supports CPUs only" if found.torch else ""
        raise NoSuchDevice(f"--device cuda: there is no CUDA device here{built}{_because(found)}")
    names = ", ".join(dict.fromkeys(gpu.name for gpu in found.gpus))
    versions = {"cuda": found.cuda, "driver": found.driver}
    return Target(name, f"cuda: {names}", len(found.gpus), share, versions)


def _because(found: Found) -> str:
    return f" ({found.trouble})" if found.trouble else ""


def look() -> Found:
    """Return the devices of this machine, found by a fresh process in a second or two."""
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
        found = json.loads(done.stdout.splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError) as error:
        return Found(trouble=f"asking for GPUs failed: {type(error).__name__}")
    return Found(**(found | {"gpus": tuple(Gpu(**g) for g in found["gpus"])}))


def _found_here() -> dict[str, Any]:
    """Return the fields of Found, by initialising CUDA in this process."""
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
