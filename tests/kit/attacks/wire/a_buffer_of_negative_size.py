"""Announces buffers whose sizes only add up because one is negative.

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
    send('{"s": {"value": {"T": {"b": 0, "dtype": "float32", "shape": [2], "strides": [1]}}}}', bytes(4), "[8, -4]")
    os._exit(0)
