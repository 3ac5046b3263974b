"""Puts the empty input in the channel's place, and answers there.

without walls: the reader hears nothing
behind walls: crashed, error, timeout
"""
import os
import struct



def double(x):
    os.dup2(0, 3)
    return 7
