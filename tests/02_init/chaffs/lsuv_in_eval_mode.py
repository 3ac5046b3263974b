"""The batch runs in eval mode, so in train mode the layers after a batch norm get something else.

root: lsuv_
band: stretch
advice: Run the model in the mode it is in.
"""


class _Eval:
    def __init__(self, model):
        self.model = model

    def __enter__(self):
        self.training = self.model.training
        self.model.eval()

    def __exit__(self, *error):
        self.model.train(self.training)


_lsuv_in_any_mode = lsuv_


def lsuv_(model, xb, tol=1e-2, max_iters=20):
    with _Eval(model):
        _lsuv_in_any_mode(model, xb, tol, max_iters)
