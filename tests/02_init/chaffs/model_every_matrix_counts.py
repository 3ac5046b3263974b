"""Whatever has a weight of two or more dims is initialised, so embeddings are overwritten too.

root: init_model_
band: core
advice: Ask what kind of layer it is, not what shape its weight has: nothing else may change.
"""


def init_model_(model, a=0.0):
    for m in model.modules():
        if getattr(m, "weight", None) is not None and m.weight.dim() > 1:
            kaiming_uniform_(m.weight, a)
            if getattr(m, "bias", None) is not None:
                m.bias.data.zero_()
    return model
