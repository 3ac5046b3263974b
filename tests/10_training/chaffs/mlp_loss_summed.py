"""The loss is the sum over the batch, so every step is as many times too long as the batch has items.

root: train_mlp
band: core
advice: The loss of a batch is a mean over its items. If it were a sum, the learning rate would have to be smaller by the batch size.
"""


def train_mlp(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = mlp(data).to(device)
    sched = combine_scheds([0.3, 0.7], [sched_cos(0.3, 0.6), sched_cos(0.6, 0.2)])
    learn = SimpleNamespace(
        model=model,
        opt=Optimizer(model.parameters(), lr=0.3),
        loss_func=lambda pred, target: cross_entropy(pred, target) * len(target),
        data=SimpleNamespace(train_dl=dls.train, valid_dl=dls.valid),
    )
    Runner(ScheduledRun(sched, data.log)).fit(data.budget // dls.items, learn)
    return model
