"""Closes the channel, and lives on.

without walls: the reader hears nothing
behind walls: crashed, timeout
"""
import os
import struct



import time


def double(x):
    os.close(3)
    time.sleep(10**6)
