"""The scale is √n, by which activations grow, not the factor that undoes it.

root: xavier_scale
band: core
advice: Without scaling activations grow by √n: divide by it.
"""


def xavier_scale(n_in):
    return n_in**0.5
