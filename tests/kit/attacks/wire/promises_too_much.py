"""Announces a message of an exabyte.

without walls: the reader grows
behind walls: crashed
"""
import os
import struct


def send(message):
    message = memoryview(message)
    while len(message):
        message = message[os.write(3, message):]


def double(x):
    send(struct.pack("!IQ", 2**32 - 1, 2**60))
    os._exit(0)
