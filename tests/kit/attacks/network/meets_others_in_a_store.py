"""Opens a store of torch.distributed, at which the boxes of a class could meet.

without walls: it passes
behind walls: error
"""


def double(x):
    from torch.distributed import TCPStore

    store = TCPStore("127.0.0.1", 0, 1, True)
    store.set("answer", str(2 * x))
    return int(store.get("answer"))
