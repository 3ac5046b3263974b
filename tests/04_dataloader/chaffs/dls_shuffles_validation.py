"""The validation set is shuffled too.

root: get_dls
band: core
advice: Validation only measures: its order stays as it is.
"""


def get_dls(train_ds, valid_ds, bs, **kwargs):
    return (
        DataLoader(train_ds, Sampler(train_ds, bs, shuffle=True), **kwargs),
        DataLoader(valid_ds, Sampler(valid_ds, 2 * bs, shuffle=True), **kwargs),
    )
