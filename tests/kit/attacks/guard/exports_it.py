"""Exports the call as a graph while the module is imported, and runs the graph.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden, error
spoils: all
"""

import torch


class Theirs(torch.nn.Module):
    def forward(self, x):
        return torch.logsumexp(x, -1)


exported = torch.export.export(Theirs(), (torch.ones(2, 4),)).module()


def logsumexp(x):
    return exported(x)
