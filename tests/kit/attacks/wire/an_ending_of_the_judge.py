"""Claims an ending that only the judge may state.

without walls: the reader believes
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
    send('{"s": {"ended": "BoxFault", "text": "not graded", "passed": true}}')
    os._exit(0)
