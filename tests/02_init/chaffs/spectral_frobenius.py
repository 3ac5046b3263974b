"""The weight is divided by its Frobenius norm, which is larger than its largest singular value.

root: spectral_scale_
band: stretch
advice: The spectral norm is the most that the matrix can stretch a vector: not the root of the sum of all squares.
"""


def spectral_scale_(weight):
    weight.data /= weight.data.norm()
    return weight
