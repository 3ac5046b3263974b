"""Reads the memory of the process that started it by process_vm_readv.

without walls: it passes
behind walls: error
"""
import ctypes
import os


def double(x):
    libc = ctypes.CDLL(None, use_errno=True)
    mine = ctypes.create_string_buffer(8)
    vector = (ctypes.c_void_p * 2)(ctypes.addressof(mine), 8)  # a fork has it at the same address
    if libc.process_vm_readv(os.getppid(), vector, 1, (ctypes.c_void_p * 2)(id(None), 8), 1, 0) != 8:
        raise OSError(ctypes.get_errno(), "process_vm_readv")
    return 2 * x
