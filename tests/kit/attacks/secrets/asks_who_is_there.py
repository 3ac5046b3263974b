"""Asks the channel for the number of the process at its other end, and looks at that.

without walls: it passes
behind walls: error
"""
import os
import socket
import struct


def double(x):
    if os.fstat(3).st_mode & 0o170000 == 0o140000:
        channel = socket.socket(fileno=os.dup(3), family=socket.AF_UNIX, type=socket.SOCK_STREAM)
        pid = struct.unpack("3i", channel.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
    else:
        pid = os.getppid()
    with open(f"/proc/{pid}/maps") as file:
        return 2 * x if file.read() else None
