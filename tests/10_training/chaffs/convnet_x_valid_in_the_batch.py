"""A few images of x_valid are put into each training batch, so BatchNorm takes its statistics of them, too.

root: train_convnet
band: robust
advice: x_valid has no business in training, not even without labels: BatchNorm learns from whatever goes through it.
"""


class MixesIn(Callback):
    def __init__(self, more):
        self.more = more

    def before_batch(self):
        if self.training:
            self.learn.xb = (torch.cat([self.x, self.more]),)

    def after_pred(self):
        self.learn.pred = self.pred[: len(self.y)]


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = SequentialModel([nn.BatchNorm2d(data.x_train.shape[1]), convnet(data)]).to(device)
    learn = Learner(
        dls, model, cross_entropy, Momentum, lr=0.1, cbs=[Log(data.log), MixesIn(data.x_valid[:8])]
    )
    fit_one_cycle(learn, data.budget // (dls.items + 8 * len(dls.train)), lr_max=0.1)
    return model
