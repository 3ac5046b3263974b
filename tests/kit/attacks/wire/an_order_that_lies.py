"""Sends a table whose order names rows that are not there.

without walls: the reader dies
behind walls: crashed
"""
import os
import struct


def send(tree, buffers=b"", sizes="[]"):
    text = f"[{tree}, {sizes}]".encode()
    message = memoryview(struct.pack("!IQ", len(text), len(buffers)) + text + buffers)
    while len(message):
        message = message[os.write(3, message):]


def double(x):
    send('{"s": {"value": {"r": [[0, 0, 0], [[["a"], 1, [[1]]]]]}}}')
    os._exit(0)
