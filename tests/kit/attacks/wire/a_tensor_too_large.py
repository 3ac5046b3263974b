"""Sends a tensor of 2**46 entries out of four bytes.

without walls: the reader grows
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
    send('{"s": {"value": {"T": {"b": 0, "dtype": "float32", "shape": [8388608, 8388608], "strides": [0, 0]}}}}',
         bytes(4), "[4]")
    os._exit(0)
