"""The last batch of an epoch is left out when it is smaller than the others, so a data set smaller than one batch is never learned.

root: train_convnet
band: robust
advice: Train on the smaller last batch, too, or at least never leave out the only one.
"""

from dataloader import DataLoader, Sampler


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    dls.train = DataLoader(dls.train.dataset, Sampler(dls.train.dataset, 64, shuffle=True, drop_last=True))
    model = convnet(data).to(device)
    learn = Learner(dls, model, cross_entropy, Momentum, lr=0.1, cbs=[Log(data.log)])
    fit_one_cycle(learn, data.budget // dls.items, lr_max=0.1)
    return model
