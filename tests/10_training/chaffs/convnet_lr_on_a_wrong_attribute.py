"""The schedule is written to opt.lr, which this optimizer never looks at: it steps at the lr that it was made with.

root: train_convnet
band: core
advice: The optimizer of unit 08 reads its lr from opt.hypers at each step: write it there.
"""


class SetsAttributes(Log):
    def before_batch(self):
        self.opt.lr = combine_scheds([0.25, 0.75], [sched_cos(0.004, 0.1), sched_cos(0.1, 1e-6)])(
            min(self.pct_train, 1)
        )
        self.opt.mom = combine_scheds([0.25, 0.75], [sched_cos(0.95, 0.85), sched_cos(0.85, 0.95)])(
            min(self.pct_train, 1)
        )

    def after_batch(self):
        if self.training:
            self.log(loss=self.loss.item(), lr=self.opt.lr, mom=self.opt.mom)


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = convnet(data).to(device)
    learn = Learner(dls, model, cross_entropy, Momentum, lr=0.1 / 25, cbs=[SetsAttributes(data.log)])
    learn.fit(data.budget // dls.items)
    return model
