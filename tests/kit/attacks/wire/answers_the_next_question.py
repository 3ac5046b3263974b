"""Reads the next question itself, and answers it in place of the honest function.

without walls: the reader believes
behind walls: crashed, fail, error, timeout
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
    send('{"s": {"value": 7, "passed": true}}')
    os.read(3, 2**16)
    send('{"s": {"value": 7}}')
    os._exit(0)
