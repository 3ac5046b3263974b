"""The first dict that a callback returns becomes the state itself, so one that a callback keeps is everybody's state.

root: Optimizer
band: core
advice: Merge answers into a dict of your own: callbacks may go on using theirs.
"""


class Optimizer(Optimizer):
    def step(self):
        with torch.no_grad():
            for group, hypers in zip(self.groups, self.hypers, strict=True):
                for p in group:
                    if p.grad is None:
                        continue
                    for cb in self.cbs:
                        news = cb(p, **{**self.state[p], **hypers}) or {}
                        if self.state[p]:
                            self.state[p].update(news)
                        else:
                            self.state[p] = news
