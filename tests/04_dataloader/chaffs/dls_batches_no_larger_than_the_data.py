"""The batch size is cut to the length of the data set, which is 0 for one without items.

root: get_dls
band: robust
advice: A last batch may be shorter anyway: nothing has to be cut.
"""


def get_dls(train_ds, valid_ds, bs, **kwargs):
    return (
        DataLoader(train_ds, Sampler(train_ds, min(bs, len(train_ds)), shuffle=True), **kwargs),
        DataLoader(valid_ds, Sampler(valid_ds, min(2 * bs, len(valid_ds))), **kwargs),
    )
