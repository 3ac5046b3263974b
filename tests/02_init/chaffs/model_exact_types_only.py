"""The type is compared with ==, so a student's own subclass of a layer is missed.

root: init_model_
band: robust
advice: A subclass of a linear layer is a linear layer: ask with isinstance.
"""


def init_model_(model, a=0.0):
    known = ("Linear", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d")
    for m in model.modules():
        if type(m) in [getattr(nn, name) for name in known]:
            kaiming_uniform_(m.weight, a)
            if m.bias is not None:
                m.bias.data.zero_()
    return model
