"""One of the events is missing in the order.

root: q22_order
band: core
advice: There are six events: each has its place.
"""


def q22_order():
    return ["c", "d", "a", "f", "b"]
