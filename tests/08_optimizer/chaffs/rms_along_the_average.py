"""Where there is an average of gradients the step goes along it, and not along the gradient.

root: rms_prop_step
band: robust
advice: An average that another callback left in the state is none of this step's business: the gradient is divided.
"""


def rms_prop_step(p, lr, sqr_avg, eps, grad_avg=None, **kwargs):
    direction = p.grad if grad_avg is None else grad_avg
    p -= lr * direction / (sqr_avg.sqrt() + eps)
