"""The cycle starts anew each epoch.

root: train_convnet
band: core
advice: One cycle spans the whole training: call fit_one_cycle once, with all the epochs.
"""


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = convnet(data).to(device)
    learn = Learner(dls, model, cross_entropy, Momentum, lr=0.1, cbs=[Log(data.log)])
    for _ in range(data.budget // dls.items):
        fit_one_cycle(learn, 1, lr_max=0.1)
    return model
