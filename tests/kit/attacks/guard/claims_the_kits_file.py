"""Puts a module into the list of modules that claims to be a file of the kit, and has it make the call.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden, error
"""

import os
import sys
import types

import torch

file = (
    os.path.join(os.path.dirname(sys.modules["grader"].__file__), "mine.py")
    if "grader" in sys.modules
    else "mine.py"
)
mine = types.ModuleType("mine")
mine.__file__ = file
exec(compile("import torch\ndef theirs(x):\n    return torch.logsumexp(x, -1)\n", file, "exec"), vars(mine))
sys.modules["mine"] = mine


def logsumexp(x):
    return mine.theirs(x)
