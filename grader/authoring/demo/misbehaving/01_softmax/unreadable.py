"""Was saved in the middle of a line."""

def accuracy(out, target:
    return (out.argmax(1) ==
