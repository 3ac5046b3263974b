"""Only the direction of the gradient is used, as if its length were in the learning rate.

root: q01_sgd_step
band: core
advice: SGD takes the gradient as it is: where it is steeper, the step is larger.
"""


def q01_sgd_step(p, grad, lr):
    length = (grad * grad).sum() ** 0.5 if isinstance(grad, torch.Tensor) else abs(grad)
    return p - lr * grad / length if length > 0 else p
