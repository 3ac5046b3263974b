"""Sends a dict whose keys are tuples that all have one hash.

without walls: the reader hangs
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
    send('{"s": {"value": {"d": ['
         + ",".join('[{"t":[%d]},0]' % ((k + 1) * (2**61 - 1)) for k in range(100000)) + "]}}}")
    os._exit(0)
