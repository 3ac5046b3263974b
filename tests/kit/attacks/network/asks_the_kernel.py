"""Asks the kernel for the machine's addresses by netlink.

without walls: it passes
behind walls: error
"""
import socket


def double(x):
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as one:
        one.bind((0, 0))
        return 2 * x
