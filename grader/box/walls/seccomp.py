"""seccomp: which system calls a process may still make. The filter is assembled here, without a library.

A filter is a short program in the kernel's classic BPF. It reads `struct seccomp_data` (number of the call,
architecture, six arguments) and returns a verdict. Jumps only go forward; here every test means "if it does
not hold, skip the block that follows", and every such block ends in a verdict: the program is read from top
to bottom. See <linux/seccomp.h>, <linux/bpf_common.h> and Documentation/userspace-api/seccomp_filter.rst.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import itertools
import os
import struct
import sys
from collections.abc import Iterable, Iterator

from grader.box.walls import arguments, gpu, kernel, syscalls
from grader.box.walls.tiers import WallError

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand
Block = list[Instruction]

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_X32_BIT = 0x40000000
_SET_MODE_FILTER, _ALL_THREADS = 1, 1

_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000

_SIGKILL = 9


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
UNKNOWN = [_verdict(_ERRNO | errno.EINVAL)]  # as of an older kernel that doesn't know what is asked for
KILL = [_verdict(_KILL)]


def _known(allowed: Iterable[int], denied: Iterable[int]) -> Block:
    return [*_if_one_of(denied, DENY), *_if_one_of(allowed, ALLOW), *UNKNOWN]


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

    def to_itself(signal_argument: int) -> Block:
        # The first process of a namespace is deaf to a SIGKILL from inside. The filter ends it in its place.
        deaf = [_low(signal_argument), *_if_equal(_SIGKILL, KILL)] if pid == 1 else []
        return [_low(0), *_if_not_equal(pid, DENY), *deaf, *ALLOW]

    opens = [
        _keep_bits(arguments.O_ACCMODE | arguments.O_TRUNC),
        *_if_one_of(arguments.OPENED_AROUND_LANDLOCK, DENY),
        *ALLOW,
    ]
    return {
        "clone": [
            _low(0),
            *_if_any_bit(arguments.CLONE_NEW_ANYTHING, DENY),
            *_if_any_bit(arguments.CLONE_THREAD, ALLOW),
            *DENY,
        ],
        "kill": to_itself(1),
        "tkill": to_itself(1),
        "tgkill": to_itself(2),
        "rt_sigqueueinfo": to_itself(1),
        "rt_tgsigqueueinfo": to_itself(2),
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
        "prctl": [_low(0), *_known(arguments.PRCTL_ALLOWED, arguments.PRCTL_DENIED)],
        "fcntl": [_low(1), *_known(arguments.FCNTL_ALLOWED, arguments.FCNTL_DENIED)],
        "ioctl": [_low(1), *_if_one_of(arguments.IOCTL_ALLOWED, ALLOW), *(_DRIVERS if on_gpu else []), *DENY],
    }


@functools.cache  # from T2 on, a box has the number of the process that it is forked from: 1
def program(machine: str, pid: int, *, on_gpu: bool = False) -> Block:
    """Return the whole filter for "x86_64" or "aarch64", with the process's own id baked in.

    on_gpu: let the calls of NVIDIA's driver through
    """
    block = [_LOAD_ARCH, *_if_not_equal(_AUDIT_ARCH[machine], KILL), _LOAD_NUMBER]
    if machine == "x86_64":
        block += _if_at_least(_X32_BIT, DENY)
    for end, verdict in _runs(_verdicts(machine, pid, on_gpu)):
        block += _if_less_than(end, verdict)
    return [*block, *ABSENT]


def _verdicts(machine: str, pid: int, on_gpu: bool) -> dict[int, Block]:
    """Return what each call that is in a table gets, by its number."""
    rules = _rules(pid, on_gpu)
    plain = [
        (syscalls.allowed, ALLOW),
        (syscalls.hidden, ABSENT),
        (syscalls.pretended, PRETEND),
        (syscalls.denied, DENY),
    ]
    found = {number: verdict for table, verdict in plain for number in table(machine).values()}
    return found | {number: rules[name] for name, number in syscalls.judged(machine).items()}


def _runs(verdicts: dict[int, Block]) -> Iterator[tuple[int, Block]]:
    """Yield (first number beyond it, verdict) for each run of numbers with the same verdict, in ascending order.

    One comparison for a run, where one for a call would be paid for when a filter is installed: the kernel then tries
    it on every number.
    """
    every = [verdicts.get(number, ABSENT) for number in range(max(verdicts) + 1)]
    end = 0
    for verdict, run in itertools.groupby(every):
        end += len(list(run))
        yield end, verdict


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
