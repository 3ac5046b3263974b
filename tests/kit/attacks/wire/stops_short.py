"""Ends in the middle of an answer.

without walls: the reader dies
behind walls: crashed
"""
import os
import struct


def send(message):
    message = memoryview(message)
    while len(message):
        message = message[os.write(3, message):]


def double(x):
    send(struct.pack("!IQ", 1000, 0) + b'[{"s": {"value": 6')
    os._exit(0)
