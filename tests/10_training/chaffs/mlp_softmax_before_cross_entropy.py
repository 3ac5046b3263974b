"""The model ends with a softmax, and cross_entropy takes another one of it: the gradients become small.

root: train_mlp
band: core
advice: cross_entropy takes logits: the last layer of the model is a linear one.
"""


def train_mlp(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = SequentialModel([mlp(data), nn.Softmax(dim=1)]).to(device)
    sched = combine_scheds([0.3, 0.7], [sched_cos(0.3, 0.6), sched_cos(0.6, 0.2)])
    learn = SimpleNamespace(
        model=model,
        opt=Optimizer(model.parameters(), lr=0.3),
        loss_func=cross_entropy,
        data=SimpleNamespace(train_dl=dls.train, valid_dl=dls.valid),
    )
    Runner(ScheduledRun(sched, data.log)).fit(data.budget // dls.items, learn)
    return model
