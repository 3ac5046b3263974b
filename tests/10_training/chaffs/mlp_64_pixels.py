"""The number of pixels is written into the code, so images of another size fail.

root: train_mlp
band: robust
advice: Read the size from the shape of x_train.
"""


def train_mlp(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = SequentialModel([nn.Flatten(), nn.Linear(64, 50), nn.ReLU(), nn.Linear(50, data.classes)]).to(
        device
    )
    init_model_(model)
    sched = combine_scheds([0.3, 0.7], [sched_cos(0.3, 0.6), sched_cos(0.6, 0.2)])
    learn = SimpleNamespace(
        model=model,
        opt=Optimizer(model.parameters(), lr=0.3),
        loss_func=cross_entropy,
        data=SimpleNamespace(train_dl=dls.train, valid_dl=dls.valid),
    )
    Runner(ScheduledRun(sched, data.log)).fit(data.budget // dls.items, learn)
    return model
