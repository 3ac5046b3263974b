"""Sends a tensor that reaches beyond its buffer, into the reader's memory.

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
    send('{"s": {"value": {"T": {"b": 0, "dtype": "float32", "shape": [1000000], "strides": [4096]}}}}',
         bytes(4), "[4]")
    os._exit(0)
