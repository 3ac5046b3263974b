"""The first layer takes one channel, whatever the images have.

root: train_convnet
band: robust
advice: Read the number of channels from the shape of x_train.
"""


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = convnet(SimpleNamespace(x_train=data.x_train[:, :1], classes=data.classes)).to(device)
    learn = Learner(dls, model, cross_entropy, Momentum, lr=0.1, cbs=[Log(data.log)])
    fit_one_cycle(learn, data.budget // dls.items, lr_max=0.1)
    return model
