"""Finer scales, and random models and shapes compared with the answer key."""

import math

import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.suite import assert_close, deepens, require
from grader.suite.statistics import NormalScale, UniformRange
from grader.suite.strategies import shapes

from .support.hidden_init import models

N = 1_000_000
FINE_NORMAL, FINE_UNIFORM = NormalScale(N, discrepancy=0.0067), UniformRange(N, discrepancy=0.000022)


@deepens("test_normal_shape")
def test_normal_scale_finely(student):
    """A million entries of kaiming_normal_ have the std to 0.67 %"""
    w = student.run("fill", "kaiming_normal_", [4000, 10, 5, 5], 0.7)
    FINE_NORMAL.check(w, math.sqrt(2 / 1.49 / 250), what="kaiming_normal_'s weight")


@deepens("test_uniform_shape")
def test_uniform_range_finely(student):
    """A million entries of kaiming_uniform_ reach to the bound within 0.002 %"""
    w = student.run("fill", "kaiming_uniform_", [4000, 10, 5, 5], 0.7)
    FINE_UNIFORM.check(w, math.sqrt(6 / 1.49 / 250), what="kaiming_uniform_'s weight")


@deepens("test_fan_in_and_fan_out")
@given(shape=shapes(min_dims=2, max_dims=5, max_side=12))
def test_fans_agree_with_the_key(student, reference, shape):
    """fans agrees with the answer key on weights of any shape"""
    weight = torch.zeros(1).expand(shape)
    for got, expected in zip(student.fans(weight), reference.fans(weight), strict=True):
        require(
            float(got) == float(expected), f"fans of a weight of shape {shape}: {got}, expected {expected}"
        )


@deepens("test_gain_is_the_formula")
@given(a=st.floats(-1000, 1000))
def test_gain_agrees_with_the_key(student, reference, a):
    """gain agrees with the answer key"""
    assert_close(student.gain(a), reference.gain(a), what=f"gain({a:g})", atol=1e-6)


@deepens("test_nested_models")
@given(model=models())
def test_the_same_tensors_are_changed(student, reference, model):
    """init_model_ changes the same parameters as the answer key, in trees of every kind of layer"""
    got, expected = (who.run("init_model", model)["tensors"] for who in (student, reference))
    for mine, theirs in zip(got, expected, strict=True):
        changed, should = (not torch.equal(t[3], t[4]) for t in (mine, theirs))
        did = "changed" if changed else "not changed"
        require(changed == should, f"{mine[2]} of the {mine[1]} at {mine[0] or 'the top'} was {did}")
