"""Sends a pickle, which runs a program wherever it is read.

without walls: a file is left
behind walls: crashed
"""
import os
import struct


def send(message):
    message = memoryview(message)
    while len(message):
        message = message[os.write(3, message):]


import pickle


class Bomb:
    def __reduce__(self):
        return open, ("/tmp/grader-attack-pickle", "w")


def double(x):
    text = pickle.dumps(Bomb())
    send(struct.pack("!IQ", len(text), 0) + text)
    os._exit(0)
