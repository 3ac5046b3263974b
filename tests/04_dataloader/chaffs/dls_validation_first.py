"""The validation loader comes first.

root: get_dls
band: core
advice: First training, then validation, as in the arguments.
"""


def get_dls(train_ds, valid_ds, bs, **kwargs):
    return (
        DataLoader(valid_ds, Sampler(valid_ds, 2 * bs), **kwargs),
        DataLoader(train_ds, Sampler(train_ds, bs, shuffle=True), **kwargs),
    )
