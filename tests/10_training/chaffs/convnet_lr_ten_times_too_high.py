"""The peak of the learning rate is ten times too high: the loss explodes.

root: train_convnet
band: core
advice: Try a few rates: where the loss rises or becomes nan, divide by ten.
"""


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = convnet(data).to(device)
    learn = Learner(dls, model, cross_entropy, Momentum, lr=0.1, cbs=[Log(data.log)])
    fit_one_cycle(learn, data.budget // dls.items, lr_max=1.0)
    return model
