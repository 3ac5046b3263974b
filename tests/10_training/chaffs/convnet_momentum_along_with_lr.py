"""Momentum rises and falls with the learning rate, and not against it.

root: train_convnet
band: robust
advice: Where lr is high, momentum is low: its curve is the mirror image.
"""


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = convnet(data).to(device)
    learn = Learner(dls, model, cross_entropy, Momentum, lr=0.1, cbs=[Log(data.log)])
    fit_one_cycle(learn, data.budget // dls.items, lr_max=0.1, moms=(0.85, 0.95, 0.85))
    return model
