"""Sends a second answer with the first, for a question that has not been asked.

without walls: the reader believes
behind walls: crashed, fail
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
    send('{"s": {"value": 7}}')
    send('{"s": {"value": 7, "passed": true}}')
