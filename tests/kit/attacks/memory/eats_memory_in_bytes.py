"""Takes 2 GB in one piece.

without walls: memory is taken
behind walls: out_of_memory, timeout
"""


def double(x):
    return 2 * x if b"\1" * 2**31 else None
