"""Forks by the raw system calls vfork, fork, clone and clone3.

without walls: it passes
behind walls: fail
"""
import ctypes
import os
import signal

CALLS = [(57,), (56, signal.SIGCHLD, 0, 0, 0, 0)] if os.uname().machine == "x86_64" else [(220, signal.SIGCHLD, 0, 0, 0, 0)]


def double(x):
    syscall = ctypes.CDLL(None).syscall
    for call in CALLS:
        pid = syscall(*map(ctypes.c_long, call))
        if pid == 0:
            os._exit(0)
        if pid > 0:
            os.waitpid(pid, 0)
            return 2 * x
    arguments = (ctypes.c_uint64 * 8)(0, 0, 0, 0, signal.SIGCHLD, 0, 0, 0)
    pid = syscall(ctypes.c_long(435), arguments, ctypes.c_long(64))
    if pid == 0:
        os._exit(0)
    return 2 * x if pid > 0 else None
