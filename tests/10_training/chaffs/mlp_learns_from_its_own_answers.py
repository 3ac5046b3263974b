"""The target of the loss is the argmax of the prediction itself, so the network becomes sure of whatever it says.

root: train_mlp
band: core
advice: The loss compares the prediction with the labels of the batch.
"""


def train_mlp(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = mlp(data).to(device)
    sched = combine_scheds([0.3, 0.7], [sched_cos(0.3, 0.6), sched_cos(0.6, 0.2)])
    learn = SimpleNamespace(
        model=model,
        opt=Optimizer(model.parameters(), lr=0.3),
        loss_func=lambda pred, target: cross_entropy(pred, pred.argmax(1)),
        data=SimpleNamespace(train_dl=dls.train, valid_dl=dls.valid),
    )
    Runner(ScheduledRun(sched, data.log)).fit(data.budget // dls.items, learn)
    return model
