"""Each epoch ends after its first batch.

root: train_convnet
band: core
advice: Look at what ends the loop over the batches: a return or break that stands one level too deep?
"""

from callbacks import CancelTrainException


class Ends(Callback):
    def after_batch(self):
        if self.training:
            raise CancelTrainException


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = convnet(data).to(device)
    learn = Learner(dls, model, cross_entropy, Momentum, lr=0.1, cbs=[Log(data.log), Ends()])
    fit_one_cycle(learn, data.budget // dls.items, lr_max=0.1)
    return model
