"""Says in fifty million letters why it ended.

without walls: the reader prints
behind walls: crashed, error, out_of_memory, timeout
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
    send('{"s": {"ended": "StudentError", "classes": ["E"], "text": "' + "grader-attack " * 4_000_000 + '"}}')
    os._exit(0)
