"""Shuts down one direction of the channel.

without walls: the reader hears nothing
behind walls: crashed, error, timeout
"""
import os
import struct



import socket


def double(x):
    socket.socket(fileno=os.dup(3), family=socket.AF_UNIX, type=socket.SOCK_STREAM).shutdown(socket.SHUT_WR)
    return 7
