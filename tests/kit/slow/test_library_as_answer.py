"""Torch's own functions, graded as an answer: where they do a unit's work, they pass all of its core tests.

A core test that torch fails asks more than its unit does. The guard is off: this is about what is right, and not about
who wrote it. Left out, beside what torch has no function for, is what handouts want otherwise than torch has it, on
purpose; each module says so.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from support import command, records_in, write_files
from support.guard_off import off_guard
from support.sliced_course import write_slice

# The direct formula of 01 is there to be broken: torch's is not.
SOFTMAX = """
from torch import logsumexp as torchs
from torch.nn.functional import cross_entropy, log_softmax as along, nll_loss as nll

def logsumexp(x, dim=-1, keepdim=False):
    return torchs(x, dim, keepdim)

def log_softmax(x, dim=-1):
    return along(x, dim)
"""
INIT = """
import torch
from torch.nn.init import calculate_gain, kaiming_normal_, kaiming_uniform_, orthogonal_
from torch.nn.init import _calculate_fan_in_and_fan_out as fans

def stats(x):
    std, mean = torch.std_mean(x)
    return mean, std

def gain(a):
    return calculate_gain("leaky_relu", a)
"""
# A DummyModule is no nn.Module, and a SequentialModel no nn.Sequential, on purpose.
MINIBATCH = """
import torch

def Optimizer(params, lr=0.5):
    return torch.optim.SGD(params, lr)

class SequentialModel(torch.nn.ModuleList):
    forward = torch.nn.Sequential.forward
"""
# Torch's samplers give lists of ints where the handout wants index tensors.
DATALOADER = """
import torch
from torch.utils import data
from torch.utils.data import TensorDataset as Dataset, default_collate as collate

class Sampler:
    def __init__(self, ds, bs, shuffle=False, drop_last=False):
        kind = data.RandomSampler if shuffle else data.SequentialSampler
        self.batches = data.BatchSampler(kind(range(len(ds))), bs, drop_last)

    def __len__(self):
        return len(self.batches)

    def __iter__(self):
        return map(torch.tensor, self.batches)

def DataLoader(ds, sampler, collate_fn=collate):
    return data.DataLoader(ds, batch_sampler=sampler, collate_fn=collate_fn)

def get_dls(train_ds, valid_ds, bs, **kwargs):
    return data.DataLoader(train_ds, bs, shuffle=True, **kwargs), data.DataLoader(valid_ds, 2 * bs, **kwargs)
"""
# Torch's schedulers own an optimizer, and go by steps; OneCycleLR has two of the curves by themselves.
ANNEAL = """
from functools import partial
import torch
from torch.optim.lr_scheduler import OneCycleLR

def sched_lin(start, end):
    return partial(OneCycleLR._annealing_linear, start, end)

def sched_cos(start, end):
    return partial(OneCycleLR._annealing_cos, start, end)

def cos_1cycle_anneal(start, high, end):
    return [sched_cos(start, high), sched_cos(high, end)]

def combine_scheds(pcts, scheds):  # not judged: the lesson's run needs it
    ends = torch.tensor(pcts).cumsum(0)

    def at(pos):
        k = min(int(torch.bucketize(pos, ends, right=True)), len(scheds) - 1)
        return scheds[k]((pos - float(ends[k]) + pcts[k]) / pcts[k])

    return at
"""
# Torch has no optimizer callbacks, and calls some hyper-parameters by other names.
OPTIMIZER = """
from functools import partial
import torch

class OfTorch:
    def __init__(self, kind, options, params, **hypers):
        params = list(params)
        groups = params if isinstance(params[0], list) else [params]
        self.options, self.hypers = options, [dict(hypers) for _ in groups]
        self.opt = kind([{"params": group} for group in groups], lr=0.1)
        self.zero_grad = self.opt.zero_grad

    def step(self):
        for group, hypers in zip(self.opt.param_groups, self.hypers):
            group.update(lr=hypers["lr"], **self.options(hypers))
        self.opt.step()

def alpha_and_eps(h):
    return {"alpha": h["sqr_mom"], "eps": h["eps"]}

def betas_and_eps(h):
    return {"betas": (h["mom"], h["sqr_mom"]), "eps": h["eps"]}

averages = {"sqr_mom": 0.99, "eps": 1e-5}
SGD = partial(OfTorch, torch.optim.SGD, lambda h: {})
Momentum = partial(OfTorch, torch.optim.SGD, lambda h: {"momentum": h["mom"]}, mom=0.9)
RMSProp = partial(OfTorch, torch.optim.RMSprop, alpha_and_eps, **averages)
Adam = partial(OfTorch, torch.optim.Adam, betas_and_eps, mom=0.9, **averages)
AdamW = partial(
    OfTorch, torch.optim.AdamW, lambda h: {"weight_decay": h["wd"], **betas_and_eps(h)}, mom=0.9, wd=0.01, **averages
)
"""
TORCHS = {
    "01_softmax": (SOFTMAX, ["logsumexp", "log_softmax", "nll", "cross_entropy"]),
    "02_init": (INIT, ["stats", "fans", "gain", "kaiming_normal_", "kaiming_uniform_", "orthogonal_"]),
    "03_minibatch": (MINIBATCH, ["Optimizer", "SequentialModel"]),
    "04_dataloader": (DATALOADER, ["Dataset", "Sampler", "collate", "DataLoader", "get_dls"]),
    "07_anneal": (ANNEAL, ["sched_lin", "sched_cos", "cos_1cycle_anneal"]),
    "08_optimizer": (OPTIMIZER, ["SGD", "Momentum", "RMSProp", "Adam", "AdamW"]),
}


@pytest.mark.parametrize("unit", TORCHS)
def test_torch_earns_all_core_points(tmp_path: Path, unit: str) -> None:
    text, functions = TORCHS[unit]
    course = off_guard(write_slice(tmp_path / "course", functions, unit), unit)
    work = write_files(tmp_path / "work", {f"torch/{unit.split('_')[1]}.py": text})
    done = command("grade", work, "--unit", unit, "--out", tmp_path / "out", "--tier", "T0", cwd=course)
    assert done.returncode == 0, done.stderr[-3000:]
    tests = records_in(tmp_path / "out")["torch"]["tests"]
    assert {t["of"] for t in tests if t["band"] == "core" or t["of"] == "orthogonal_"} == set(functions)
    asked_more = {t["id"]: t["message"] for t in tests if t["band"] == "core" and t["outcome"] != "pass"}
    assert asked_more == {}
