"""It logs once an epoch, not once a batch.

root: train_convnet
band: robust
advice: Log after each training batch: the curve of lr within the epochs is what is wanted.
"""


class LogsEpochs(Log):
    def after_train(self):
        super().after_batch()

    def after_batch(self):
        pass


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = convnet(data).to(device)
    learn = Learner(dls, model, cross_entropy, Momentum, lr=0.1, cbs=[LogsEpochs(data.log)])
    fit_one_cycle(learn, data.budget // dls.items, lr_max=0.1)
    return model
