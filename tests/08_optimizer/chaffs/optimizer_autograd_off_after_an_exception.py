"""Autograd is switched off and on by hand, and stays off when a callback raises in between.

root: Optimizer
band: robust
advice: A with-block puts back what was there, however it is left.
"""


class Optimizer(Optimizer):
    def step(self):
        before = torch.is_grad_enabled()
        torch.set_grad_enabled(False)
        for group, hypers in zip(self.groups, self.hypers, strict=True):
            for p in group:
                if p.grad is not None:
                    for cb in self.cbs:
                        self.state[p].update(cb(p, **{**self.state[p], **hypers}) or {})
        torch.set_grad_enabled(before)
