"""Prints without end, and answers in the meantime."""


def accuracy(out, target):
    for _ in range(20_000):
        print("accuracy " * 100)
    return (out.argmax(1) == target).float().mean()
