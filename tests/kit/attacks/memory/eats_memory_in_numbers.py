"""Takes memory number by number, until there is none.

without walls: memory is taken
behind walls: out_of_memory, timeout
"""

hoard = []


def double(x):
    for k in range(10**4):
        hoard.append(list(range(k * 10**6, (k + 1) * 10**6)))
    return 2 * x
