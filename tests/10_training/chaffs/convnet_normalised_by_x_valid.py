"""The mean and the spread for the normalisation are those of x_valid.

root: train_convnet
band: robust
advice: Measure them on the training images: what you measure the model with must not be in it.
"""


class Normalise(nn.Module):
    def __init__(self, x):
        super().__init__()
        self.mean, self.std = x.mean().item(), x.std().item() + 1e-6

    def forward(self, x):
        return (x - self.mean) / self.std


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = SequentialModel([Normalise(data.x_valid), convnet(data)]).to(device)
    learn = Learner(dls, model, cross_entropy, Momentum, lr=0.1, cbs=[Log(data.log)])
    fit_one_cycle(learn, data.budget // dls.items, lr_max=0.1)
    return model
