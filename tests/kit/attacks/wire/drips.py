"""Sends its answer byte by byte, so that something arrives at every moment.

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
    send(struct.pack("!IQ", 100000, 0))
    while True:
        send(b" ")
        time.sleep(0.05)
