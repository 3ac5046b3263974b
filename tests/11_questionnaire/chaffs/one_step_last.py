"""The step is by the last gradient only.

root: l08_one_step
band: core
advice: Without zero_grad the gradients of the batches before are still there.
"""


def l08_one_step(p, grads, lr):
    return p - lr * grads[-1]
