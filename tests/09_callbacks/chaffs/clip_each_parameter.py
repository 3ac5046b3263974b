"""The gradient of each parameter is scaled by its own norm, which turns the direction of the step.

root: GradientClip
band: core
advice: There is one norm, of all gradients together, and one factor for all of them.
"""


class GradientClip(GradientClip):
    def after_backward(self):
        for p in self.model.parameters():
            if p.grad is not None and p.grad.norm() > self.max_norm:
                p.grad.mul_(self.max_norm / p.grad.norm())
