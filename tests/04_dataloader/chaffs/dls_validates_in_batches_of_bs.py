"""Validation uses bs, though without a backward pass there is room for twice as many items.

root: get_dls
band: core
advice: Nothing is kept for a backward pass in validation: the batches there are of 2 * bs.
"""


def get_dls(train_ds, valid_ds, bs, **kwargs):
    return (
        DataLoader(train_ds, Sampler(train_ds, bs, shuffle=True), **kwargs),
        DataLoader(valid_ds, Sampler(valid_ds, bs), **kwargs),
    )
