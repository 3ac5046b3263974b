"""Sends an array of Python objects, whose bytes are taken for addresses.

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
    send('{"s": {"value": {"A": {"b": 0, "dtype": "O", "shape": [1]}}}}', b"AAAAAAAA", "[8]")
    os._exit(0)
