"""Sets up io_uring, which does the work of other system calls where no filter sees it.

without walls: it passes
behind walls: error
"""
import ctypes


def double(x):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(425, 4, (ctypes.c_char * 200)()) < 0:
        raise OSError(ctypes.get_errno(), "io_uring_setup")
    return 2 * x
