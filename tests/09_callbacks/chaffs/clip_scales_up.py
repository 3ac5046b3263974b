"""Gradients are always brought to the norm max_norm, small ones as well.

root: GradientClip
band: core
advice: max_norm is a limit: below it, gradients stay as they are.
"""


class GradientClip(GradientClip):
    def after_backward(self):
        gradients = [p.grad for p in self.model.parameters() if p.grad is not None]
        norm = math.sqrt(sum(float(g.double().pow(2).sum()) for g in gradients))
        if norm:
            for g in gradients:
                g.mul_(self.max_norm / norm)
