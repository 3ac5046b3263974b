"""Sends a datagram.

without walls: it passes
behind walls: error
"""
import socket


def double(x):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        return 2 * x if one.sendto(b"secret", ("127.0.0.1", 9)) else None
