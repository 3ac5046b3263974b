"""Parameters with equal entries are taken for the same one, so of two zero biases only the first comes.

root: DummyModule
band: core
advice: Two parameters are the same if they are the same object (`is`), whatever numbers they hold.
"""

import torch


class DummyModule(DummyModule):
    def parameters(self):
        seen = []
        for _, child in self.named_children():
            for parameter in child.parameters():
                if not any(p.shape == parameter.shape and torch.equal(p, parameter) for p in seen):
                    seen.append(parameter)
                    yield parameter
