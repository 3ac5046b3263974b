"""The shape is unpacked into exactly four numbers, so linear weights fail.

root: fans
band: core
advice: Let the unpacking take any number of kernel dims, none included.
"""


def fans(weight):
    out, inp, height, width = weight.shape
    return inp * height * width, out * height * width
