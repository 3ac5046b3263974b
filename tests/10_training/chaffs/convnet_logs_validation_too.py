"""It logs the batches of validation, too.

root: train_convnet
band: robust
advice: Only training batches are to be logged.
"""


class LogsAll(Log):
    def after_batch(self):
        hypers = self.opt.hypers[-1]
        self.log(loss=self.loss.item(), lr=hypers["lr"], mom=hypers["mom"])


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = convnet(data).to(device)
    learn = Learner(dls, model, cross_entropy, Momentum, lr=0.1, cbs=[LogsAll(data.log)])
    fit_one_cycle(learn, data.budget // dls.items, lr_max=0.1)
    return model
