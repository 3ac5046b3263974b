"""The keyword arguments are taken and forgotten.

root: get_dls
band: core
advice: A collate_fn that is passed to get_dls is for the loaders: hand the keywords on.
"""


def get_dls(train_ds, valid_ds, bs, **kwargs):
    return (
        DataLoader(train_ds, Sampler(train_ds, bs, shuffle=True)),
        DataLoader(valid_ds, Sampler(valid_ds, 2 * bs)),
    )
