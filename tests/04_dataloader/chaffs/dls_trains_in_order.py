"""The training set is not shuffled.

root: get_dls
band: core
advice: Training needs a new order at each epoch.
"""


def get_dls(train_ds, valid_ds, bs, **kwargs):
    return (
        DataLoader(train_ds, Sampler(train_ds, bs), **kwargs),
        DataLoader(valid_ds, Sampler(valid_ds, 2 * bs), **kwargs),
    )
