"""Makes a pair of unix sockets, over which descriptors could be passed.

without walls: it passes
behind walls: error
"""
import socket


def double(x):
    one, other = socket.socketpair()
    with one, other:
        socket.send_fds(one, [b"x"], [0])
        return 2 * x if socket.recv_fds(other, 10, 1)[1] else None
