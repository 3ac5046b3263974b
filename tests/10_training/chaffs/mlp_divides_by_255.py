"""The model divides images by 255 that are between 0 and 1 already: almost nothing is left of them.

root: train_mlp
band: core
advice: Look at the range of the images before you scale them.
"""


class By255(nn.Module):
    def forward(self, x):
        return x / 255


def train_mlp(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = SequentialModel([By255(), mlp(data)]).to(device)
    sched = combine_scheds([0.3, 0.7], [sched_cos(0.3, 0.6), sched_cos(0.6, 0.2)])
    learn = SimpleNamespace(
        model=model,
        opt=Optimizer(model.parameters(), lr=0.3),
        loss_func=cross_entropy,
        data=SimpleNamespace(train_dl=dls.train, valid_dl=dls.valid),
    )
    Runner(ScheduledRun(sched, data.log)).fit(data.budget // dls.items, learn)
    return model
