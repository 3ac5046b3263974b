"""seccomp: which system calls a process may still make. The filter is assembled here, without a library.

A filter is a short program in the kernel's classic BPF. It reads `struct seccomp_data` (number of the call,
architecture, six arguments) and returns a verdict. Jumps only go forward; here every test means "if it does
not hold, skip the block that follows", and every such block ends in a verdict: the program is read from top
to bottom. See <linux/seccomp.h>, <linux/bpf_common.h> and Documentation/userspace-api/seccomp_filter.rst.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
from collections.abc import Iterable

from grader.box.walls import gpu, kernel, syscalls
from grader.box.walls.tiers import WallError

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand
Block = list[Instruction]

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_UNASSIGNED = {"x86_64": (337, 423), "aarch64": (295, 423)}  # numbers that mean nothing today
_X32_BIT = 0x40000000
_SET_MODE_FILTER, _ALL_THREADS = 1, 1

_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000

_CLONE_THREAD = 0x00010000
_CLONE_NEW_ANYTHING = 0x7E020000  # mount, cgroup, uts, ipc, user, pid and net namespaces
_O_ACCMODE, _O_RDONLY, _O_TRUNC = 0o3, 0o0, 0o1000
_PRCTL_DENIED = {
    1: "PR_SET_PDEATHSIG: the process would outlive its parent",
    4: "PR_SET_DUMPABLE",
    8: "PR_SET_KEEPCAPS",
    28: "PR_SET_SECUREBITS",
    35: "PR_SET_MM",
    47: "PR_CAP_AMBIENT",
    62: "PR_SCHED_CORE: takes the id of another process",
    0x59616D61: "PR_SET_PTRACER: lets another process look in",
}
_FCNTL_DENIED = {
    8: "F_SETOWN: has the kernel send signals to any process",
    10: "F_SETSIG: chooses which signal",
    15: "F_SETOWN_EX",
    1024: "F_SETLEASE: makes others wait who open the same file",
    1026: "F_NOTIFY: watches a folder",
    1040: "F_SETDELEG",
}
# A list of what is allowed, for a change: an ioctl can freeze a file system, type into a terminal (TIOCSTI)
# or make a file immutable, and each driver brings its own.
_IOCTL_ALLOWED = {
    0x5401: "TCGETS: isatty()",
    0x802C542A: "TCGETS2: the same in newer C libraries",
    0x5413: "TIOCGWINSZ: how wide the terminal is",
    0x541B: "FIONREAD",
    0x5421: "FIONBIO",
    0x5450: "FIONCLEX",
    0x5451: "FIOCLEX",
}


def _load(offset: int) -> Instruction:
    return (0x20, 0, 0, offset)  # accumulator = 32 bits of seccomp_data at the offset


_LOAD_NUMBER, _LOAD_ARCH = _load(0), _load(4)


def _low(argument: int) -> Instruction:
    """Load the lower half of an argument, which is all that the kernel reads of an int."""
    return _load(16 + 8 * argument)


def _high(argument: int) -> Instruction:
    return _load(16 + 8 * argument + 4)


def _keep_bits(mask: int) -> Instruction:
    return (0x54, 0, 0, mask)


def _verdict(value: int) -> Instruction:
    return (0x06, 0, 0, value)


def _if_equal(value: int, block: Block) -> Block:
    return [(0x15, 0, len(block), value), *block]


def _if_not_equal(value: int, block: Block) -> Block:
    return [(0x15, len(block), 0, value), *block]


def _if_at_least(value: int, block: Block) -> Block:
    return [(0x35, 0, len(block), value), *block]


def _if_less_than(value: int, block: Block) -> Block:
    return [(0x35, len(block), 0, value), *block]


def _if_any_bit(mask: int, block: Block) -> Block:
    return [(0x45, 0, len(block), mask), *block]


def _if_one_of(values: Iterable[int], block: Block) -> Block:
    return [instruction for value in values for instruction in _if_equal(value, block)]


ALLOW = [_verdict(_ALLOW)]
DENY = [_verdict(_ERRNO | errno.EPERM)]
PRETEND = [_verdict(_ERRNO)]  # errno 0: the call returns 0
ABSENT = [_verdict(_ERRNO | 38)]  # ENOSYS on Linux; errno.ENOSYS is another number elsewhere
KILL = [_verdict(_KILL)]


# What NVIDIA's driver is asked by; see gpu.py.
_DRIVERS: Block = [
    *_if_one_of(gpu.IOCTL_ALSO, ALLOW),
    *_if_less_than(gpu.IOCTL_SMALL, ALLOW),
    _keep_bits(0xFF00),
    *_if_equal(gpu.IOCTL_LETTER << 8, ALLOW),
]


def _rules(pid: int, on_gpu: bool) -> dict[str, Block]:
    """Return the rules for calls whose arguments decide. Each block ends in a verdict."""
    own_pid_only = [*_if_equal(pid, ALLOW), *DENY]  # 0, -1 and -n are groups: the parent may be in them
    opens = [
        _keep_bits(_O_ACCMODE | _O_TRUNC),
        # Landlock looks at how a file is opened. Before ABI 3 it let a reader truncate, and it has nothing
        # to say of the fourth access mode, which neither reads nor writes.
        *_if_one_of([_O_RDONLY | _O_TRUNC, _O_ACCMODE, _O_ACCMODE | _O_TRUNC], DENY),
        *ALLOW,
    ]
    return {
        "clone": [
            _low(0),
            *_if_any_bit(_CLONE_NEW_ANYTHING, DENY),
            *_if_any_bit(_CLONE_THREAD, ALLOW),
            *DENY,
        ],
        "kill": [_low(0), *own_pid_only],
        "tkill": [_low(0), *own_pid_only],
        "tgkill": [_low(0), *own_pid_only],
        "rt_sigqueueinfo": [_low(0), *own_pid_only],
        "rt_tgsigqueueinfo": [_low(0), *own_pid_only],
        "sched_setaffinity": [_low(0), *_if_equal(0, ALLOW), *own_pid_only],
        # Reading one's own limits is fine; setting any is not (the third argument points to new ones).
        "prlimit64": [
            _low(2),
            *_if_not_equal(0, DENY),
            _high(2),
            *_if_not_equal(0, DENY),
            _low(0),
            *_if_equal(0, ALLOW),
            *own_pid_only,
        ],
        "open": [_low(1), *opens],
        "openat": [_low(2), *opens],
        "prctl": [_low(0), *_if_one_of(_PRCTL_DENIED, DENY), *ALLOW],
        "fcntl": [_low(1), *_if_one_of(_FCNTL_DENIED, DENY), *ALLOW],
        "ioctl": [_low(1), *_if_one_of(_IOCTL_ALLOWED, ALLOW), *(_DRIVERS if on_gpu else []), *DENY],
    }


def program(machine: str, pid: int, *, on_gpu: bool = False) -> Block:
    """Return the whole filter for "x86_64" or "aarch64", with the process's own id baked in.

    on_gpu: let the calls of NVIDIA's driver through
    """
    first_unassigned, last_unassigned = _UNASSIGNED[machine]
    block = [_LOAD_ARCH, *_if_not_equal(_AUDIT_ARCH[machine], KILL), _LOAD_NUMBER]
    if machine == "x86_64":
        block += _if_at_least(_X32_BIT, DENY)
    block += _if_at_least(syscalls.NEWEST + 1, ABSENT)
    block += _if_at_least(first_unassigned, _if_less_than(last_unassigned + 1, ABSENT))
    rules = _rules(pid, on_gpu)
    for name, number in syscalls.judged(machine).items():
        block += _if_equal(number, rules[name])
    block += _if_one_of(syscalls.hidden(machine).values(), ABSENT)
    block += _if_one_of(syscalls.pretended(machine).values(), PRETEND)
    block += _if_one_of(syscalls.denied(machine).values(), DENY)
    return [*block, *ALLOW]


def supported_machine() -> str | None:
    """ "x86_64" or "aarch64" when a filter can be made for this process, else None."""
    if sys.platform != "linux" or sys.byteorder != "little" or struct.calcsize("P") != 8:
        return None
    machine = os.uname().machine
    return machine if machine in syscalls.MACHINES else None


def install(*, on_gpu: bool = False) -> None:
    """Restrict the calling process (all its threads) to harmless system calls, for good.

    no_new_privs must be set before. Raises WallError when there is no filter for this machine or the kernel
    does not take it.
    """
    machine = supported_machine()
    if machine is None:
        raise WallError("seccomp filters are made for 64-bit Linux on x86_64 and aarch64 only")
    instructions = program(machine, os.getpid(), on_gpu=on_gpu)
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)
    buffer = ctypes.create_string_buffer(code, len(code))
    fprog = ctypes.create_string_buffer(struct.pack("@HP", len(instructions), ctypes.addressof(buffer)), 16)
    try:
        straggler = kernel.syscall(_SECCOMP[machine], _SET_MODE_FILTER, _ALL_THREADS, ctypes.addressof(fprog))
    except OSError as error:
        raise WallError(f"the kernel did not take the seccomp filter: {error}") from error
    if straggler:
        raise WallError(f"thread {straggler} could not be put behind the seccomp filter")
