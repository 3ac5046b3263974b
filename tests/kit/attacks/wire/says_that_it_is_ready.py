"""Says once more that the module is imported, in the place of an answer.

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
    send('{"s": {"ready": true, "walls": "up", "passed": true}}')
    os._exit(0)
