"""Images and labels are shuffled by two different permutations, so the labels belong to other images.

root: train_mlp
band: core
advice: Draw one permutation, and index both images and labels with it.
"""


def train_mlp(data, seed, device):
    torch.manual_seed(seed)
    n = len(data.x_train)
    shuffled = SimpleNamespace(
        x_train=data.x_train[torch.randperm(n)], y_train=data.y_train[torch.randperm(n)]
    )
    dls = split(shuffled, bs=64)
    model = mlp(data).to(device)
    sched = combine_scheds([0.3, 0.7], [sched_cos(0.3, 0.6), sched_cos(0.6, 0.2)])
    learn = SimpleNamespace(
        model=model,
        opt=Optimizer(model.parameters(), lr=0.3),
        loss_func=cross_entropy,
        data=SimpleNamespace(train_dl=dls.train, valid_dl=dls.valid),
    )
    Runner(ScheduledRun(sched, data.log)).fit(data.budget // dls.items, learn)
    return model
