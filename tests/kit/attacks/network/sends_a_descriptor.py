"""Sends a descriptor of its own over the channel to the judge.

without walls: it passes
behind walls: error
"""
import array
import os
import socket


def double(x):
    channel = socket.socket(fileno=os.dup(3), family=socket.AF_UNIX, type=socket.SOCK_STREAM)
    channel.sendmsg([b""], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0]))])
    return 2 * x
