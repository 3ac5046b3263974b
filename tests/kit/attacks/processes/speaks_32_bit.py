"""Forks by a system call of 32-bit programs, whose numbers are others, from machine code of its own.

without walls: it passes
behind walls: crashed
"""
import ctypes
import mmap
import os


def double(x):
    if os.uname().machine != "x86_64":
        return 2 * x / 0
    code = bytes.fromhex("53 b8 14000000 cd80 5b c3")  # push rbx; mov eax, 20 (getpid); int 0x80; pop rbx; ret
    memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(code)
    run = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))
    return 2 * x if run() == os.getpid() else None
