"""The fans are plain channel numbers; the size of the kernel is forgotten.

root: fans
band: core
advice: How many numbers are summed for one output of a 5×5 convolution?
"""


def fans(weight):
    return weight.shape[1], weight.shape[0]
