"""The momentum is scheduled and logged, but the optimizer is plain SGD, which makes no use of it.

root: train_convnet
band: robust
advice: Hand the Learner an optimizer that has momentum.
"""


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = convnet(data).to(device)
    learn = Learner(dls, model, cross_entropy, SGD, lr=0.04, cbs=[Log(data.log)])
    fit_one_cycle(learn, data.budget // dls.items, lr_max=0.04)
    return model
