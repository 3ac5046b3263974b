"""Starts thousands of threads, which no other process on the machine can then have.

without walls: it passes
behind walls: crashed, error
"""
import threading
import time

threading.stack_size(32768)


def double(x):
    for _ in range(2000):
        threading.Thread(target=time.sleep, args=(20,), daemon=True).start()
    return 2 * x
