"""Sends numbers that JSON does not know.

without walls: the reader believes
behind walls: fail, crashed
spoils: all
"""
import os
import struct


def send(tree, buffers=b"", sizes="[]"):
    text = f"[{tree}, {sizes}]".encode()
    message = memoryview(struct.pack("!IQ", len(text), len(buffers)) + text + buffers)
    while len(message):
        message = message[os.write(3, message):]


def double(x):
    send('{"s": {"value": [NaN, Infinity, -Infinity, 1e999], "passed": true}}')
    os._exit(0)
