"""Answers without reading what was asked, until the channel is full in both directions.

without walls: the reader believes
behind walls: crashed, fail, timeout, error
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
    while True:
        send('{"s": {"value": 7, "passed": true}}')
