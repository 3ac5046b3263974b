"""The exceptions in the walls for NVIDIA's driver, for a box that uses a GPU.

NEVER TRIED: written from the driver's published interface and from what CUDA programs are known to open, on machines
without a GPU. If a line is missing, CUDA can't be initialised behind the walls: the box reports it, and nothing is
graded. The price, wherever it is used: the GPU's driver may be called (ioctl), the address space is not
limited (CUDA reserves far more of it than there is memory; writable memory is limited in its place), and boxes that
share a GPU share its memory.
"""

from __future__ import annotations

import os
from pathlib import Path

OPEN_FILES = 1024  # the driver opens each of its devices several times
CUDA_OWN_BYTES = 8 << 30  # writable memory that CUDA's own libraries may take, on top of a submission's

_FOLDERS_READ = (
    "/proc/driver/nvidia",
    "/proc/devices",
    "/proc/modules",
    "/proc/version",
    "/proc/sys/vm",
    "/sys/bus/pci",
    "/sys/devices",
    "/sys/module/nvidia",
    "/sys/module/nvidia_uvm",
    "/etc/nvidia",
    "/usr/local/nvidia",
    "/usr/share/nvidia",
)


def devices() -> tuple[Path, ...]:
    """Return the device files of each GPU, of the driver's control, and of unified memory.

    nvidia-modprobe makes them, which a box can't call: run nvidia-smi once after the machine starts.
    """
    return (*sorted(Path("/dev").glob("nvidia*")), Path("/dev/nvidia-caps"))


def readable() -> tuple[Path, ...]:
    """Return the paths that CUDA reads, besides libraries in their usual places."""
    libraries = [Path(p) for p in os.environ.get("LD_LIBRARY_PATH", "").split(":") if p]
    toolkits = sorted(Path("/usr/local").glob("cuda*"))
    return (*(Path(p) for p in _FOLDERS_READ), *libraries, *toolkits)


# The driver's own ioctls carry its letter, 'F', in their second byte. Those of unified memory carry nothing: they are
# small numbers, and two large ones. None of Linux's own that do harm is among them (TIOCSTI is 0x5412).
IOCTL_LETTER = ord("F")
IOCTL_SMALL = 0x100  # below it
IOCTL_ALSO = (0x30000001, 0x30000002)  # UVM_INITIALIZE, UVM_DEINITIALIZE
