"""Takes another 300 MB with each call, so that no single one asks for much.

without walls: memory is taken
behind walls: out_of_memory, error, timeout
spoils: all
"""

hoard = []


def double(x):
    hoard.append(b"\1" * (300 << 20))
    return 2 * x


for _ in range(5):
    double(1)
