"""The arguments that decide about a call: flags, and the commands of prctl, fcntl and ioctl, with names and reasons.

What is denied answers EPERM, as a call that is denied. What is in no table answers as a kernel does that knows no such
command.
"""

from __future__ import annotations

CLONE_THREAD = 0x00010000
CLONE_NEW_ANYTHING = 0x7E020000  # mount, cgroup, uts, ipc, user, pid and net namespaces
O_ACCMODE, O_RDONLY, O_TRUNC = 0o3, 0o0, 0o1000
# Landlock looks at how a file is opened. Before ABI 3 it let a reader truncate, and it has nothing to say of the fourth
# access mode, which neither reads nor writes.
OPENED_AROUND_LANDLOCK = (O_RDONLY | O_TRUNC, O_ACCMODE, O_ACCMODE | O_TRUNC)
PRCTL_DENIED = {
    1: "PR_SET_PDEATHSIG: the process would outlive its parent",
    4: "PR_SET_DUMPABLE",
    8: "PR_SET_KEEPCAPS",
    28: "PR_SET_SECUREBITS",
    35: "PR_SET_MM",
    47: "PR_CAP_AMBIENT",
    62: "PR_SCHED_CORE: takes the id of another process",
    0x59616D61: "PR_SET_PTRACER: lets another process look in",
}
PRCTL_ALLOWED = {
    2: "PR_GET_PDEATHSIG",
    3: "PR_GET_DUMPABLE",
    7: "PR_GET_KEEPCAPS",
    15: "PR_SET_NAME",
    16: "PR_GET_NAME",
    21: "PR_GET_SECCOMP",
    23: "PR_CAPBSET_READ",
    25: "PR_GET_TSC",
    27: "PR_GET_SECUREBITS",
    29: "PR_SET_TIMERSLACK",
    30: "PR_GET_TIMERSLACK",
    38: "PR_SET_NO_NEW_PRIVS",
    39: "PR_GET_NO_NEW_PRIVS",
    40: "PR_GET_TID_ADDRESS",
    41: "PR_SET_THP_DISABLE",
    42: "PR_GET_THP_DISABLE",
    50: "PR_SVE_SET_VL: vectors on aarch64",
    51: "PR_SVE_GET_VL",
    52: "PR_GET_SPECULATION_CTRL",
    54: "PR_PAC_RESET_KEYS",
    55: "PR_SET_TAGGED_ADDR_CTRL",
    56: "PR_GET_TAGGED_ADDR_CTRL",
    63: "PR_SME_SET_VL",
    64: "PR_SME_GET_VL",
    66: "PR_GET_MDWE",
    78: "PR_FUTEX_HASH",
    0x41555856: "PR_GET_AUXV",
    0x53564D41: "PR_SET_VMA: allocators name their memory",
}
FCNTL_ALLOWED = {
    0: "F_DUPFD",
    1: "F_GETFD",
    2: "F_SETFD",
    3: "F_GETFL",
    4: "F_SETFL",
    9: "F_GETOWN",
    11: "F_GETSIG",
    5: "F_GETLK",
    6: "F_SETLK",
    7: "F_SETLKW",
    36: "F_OFD_GETLK",
    37: "F_OFD_SETLK",
    38: "F_OFD_SETLKW",
    1025: "F_GETLEASE",
    1027: "F_DUPFD_QUERY",
    1028: "F_CREATED_QUERY",
    1030: "F_DUPFD_CLOEXEC",
    1031: "F_SETPIPE_SZ",
    1032: "F_GETPIPE_SZ",
    1033: "F_ADD_SEALS",
    1034: "F_GET_SEALS",
    1035: "F_GET_RW_HINT",
    1036: "F_SET_RW_HINT",
    1037: "F_GET_FILE_RW_HINT",
    1038: "F_SET_FILE_RW_HINT",
}
FCNTL_DENIED = {
    8: "F_SETOWN: has the kernel send signals to any process",
    10: "F_SETSIG: chooses which signal",
    15: "F_SETOWN_EX",
    1024: "F_SETLEASE: makes others wait who open the same file",
    1026: "F_NOTIFY: watches a folder",
    1040: "F_SETDELEG",
}
# A list of what is allowed, for a change: an ioctl can freeze a file system, type into a terminal (TIOCSTI)
# or make a file immutable, and each driver brings its own.
IOCTL_ALLOWED = {
    0x5401: "TCGETS: isatty()",
    0x802C542A: "TCGETS2: the same in newer C libraries",
    0x5413: "TIOCGWINSZ: how wide the terminal is",
    0x541B: "FIONREAD",
    0x5421: "FIONBIO",
    0x5450: "FIONCLEX",
    0x5451: "FIOCLEX",
}
