"""The loss that is logged is the tensor itself, and with it the graph of its batch.

root: train_mlp
band: robust
advice: Log a number: loss.item().
"""


class LogsTensors(ScheduledRun):
    def after_loss(self):
        if self.run.in_train:
            self.log(loss=self.run.loss, lr=self.run.opt.lr)


def train_mlp(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = mlp(data).to(device)
    sched = combine_scheds([0.3, 0.7], [sched_cos(0.3, 0.6), sched_cos(0.6, 0.2)])
    learn = SimpleNamespace(
        model=model,
        opt=Optimizer(model.parameters(), lr=0.3),
        loss_func=cross_entropy,
        data=SimpleNamespace(train_dl=dls.train, valid_dl=dls.valid),
    )
    Runner(LogsTensors(sched, data.log)).fit(data.budget // dls.items, learn)
    return model
