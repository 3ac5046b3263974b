"""The seed is ignored, so the same seed gives another model each time.

root: train_convnet
band: robust
advice: Begin with torch.manual_seed(seed).
"""


def train_convnet(data, seed, device):
    dls = split(data, bs=64)
    model = convnet(data).to(device)
    learn = Learner(dls, model, cross_entropy, Momentum, lr=0.1, cbs=[Log(data.log)])
    fit_one_cycle(learn, data.budget // dls.items, lr_max=0.1)
    return model
