"""Sends bytes that are no text in any encoding of JSON.

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
    send(struct.pack("!IQ", 8, 0) + b"[\xff\xfe\x80{}]")
    os._exit(0)
