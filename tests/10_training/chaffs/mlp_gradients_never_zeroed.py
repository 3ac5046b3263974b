"""The gradients are never zeroed, so each step takes those of all batches before it, too.

root: train_mlp
band: core
advice: backward adds to the gradients that are there: zero them after each step.
"""


class OptimizerThatKeepsGradients(Optimizer):
    def zero_grad(self):
        pass


def train_mlp(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = mlp(data).to(device)
    sched = combine_scheds([0.3, 0.7], [sched_cos(0.3, 0.6), sched_cos(0.6, 0.2)])
    learn = SimpleNamespace(
        model=model,
        opt=OptimizerThatKeepsGradients(model.parameters(), lr=0.3),
        loss_func=cross_entropy,
        data=SimpleNamespace(train_dl=dls.train, valid_dl=dls.valid),
    )
    Runner(ScheduledRun(sched, data.log)).fit(data.budget // dls.items, learn)
    return model
