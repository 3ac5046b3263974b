"""The training loader drops its smaller last batch.

root: get_dls
band: core
advice: Nobody asked for drop_last: each item is seen once an epoch.
"""


def get_dls(train_ds, valid_ds, bs, **kwargs):
    return (
        DataLoader(train_ds, Sampler(train_ds, bs, shuffle=True, drop_last=True), **kwargs),
        DataLoader(valid_ds, Sampler(valid_ds, 2 * bs), **kwargs),
    )
