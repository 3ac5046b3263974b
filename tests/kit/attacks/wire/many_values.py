"""Sends twenty million empty lists, each of which takes memory.

without walls: the reader grows
behind walls: crashed, out_of_memory, timeout
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
    send("[" + "[]," * (20 << 20) + "1]")
    os._exit(0)
