"""Announces a message, and never sends it.

without walls: the reader hangs
behind walls: timeout
spoils: all
"""
import os
import struct


def send(message):
    message = memoryview(message)
    while len(message):
        message = message[os.write(3, message):]


import time


def double(x):
    send(struct.pack("!IQ", 1000, 0) + b"[")
    time.sleep(10**6)
