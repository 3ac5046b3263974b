"""Images are centred by the mean image of training and validation images together.

root: train_optimizers
band: robust
advice: Measure the mean on the training images alone.
"""


class Centre(nn.Module):
    def __init__(self, x):
        super().__init__()
        self.register_buffer("mean", x.mean(0))

    def forward(self, x):
        return x - self.mean


def train_optimizers(data, seed, device):
    trained = {}
    for opt_func, lr in ((SGD, 0.5), (Momentum, 0.05), (RMSProp, 0.003), (Adam, 0.01)):
        torch.manual_seed(seed)
        dls = split(data, bs=64)
        model = SequentialModel([Centre(torch.cat([data.x_train, data.x_valid])), mlp(data)]).to(device)
        learn = Learner(dls, model, cross_entropy, opt_func, lr, cbs=[Log(data.log)])
        learn.fit(data.budget // 4 // dls.items)
        trained[opt_func.__name__] = model
    return trained
