"""Reads memory that is not its own."""

import ctypes


def gain(a):
    return ctypes.string_at(0)
