"""Larger inputs, compared with the answer key. Students don't have this file: it deepens their own tests."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.suite import assert_close, deepens
from grader.suite.strategies import FLOATS

from .support.hidden_against_reference import drawn

seeds = st.integers(0, 2**32 - 1)


@deepens("test_minus_infinity_counts_nothing")
@given(seed=seeds, n=st.integers(1, 300), dtype=st.sampled_from(FLOATS))
def test_long_rows_like_the_answer_key(student, reference, seed, n, dtype):
    """logsumexp of long rows with entries of every size, as the answer key has it in float64"""
    x = drawn(seed, (7, n), 1e3, dtype)
    finite = x[x.isfinite()].abs().double()
    expected = reference.logsumexp(x.double())
    assert_close(student.logsumexp(x), expected, scale=float(finite.max()) if finite.numel() else 0.0)


@deepens("test_any_dim_and_keepdim")
@given(seed=seeds, dim=st.integers(-4, 3), keepdim=st.booleans())
def test_four_dims_like_the_answer_key(student, reference, seed, dim, keepdim):
    """logsumexp over any of four dims of unequal size, as the answer key has it in float64"""
    x = drawn(seed, (3, 8, 2, 5), 1e4, torch.float32).clamp_min(-1e4)
    expected = reference.logsumexp(x.double(), dim, keepdim)
    assert_close(student.logsumexp(x, dim, keepdim), expected, scale=float(x.abs().max()))


@deepens("test_cross_entropy_is_nll_of_log_softmax")
@given(seed=seeds, n=st.integers(2, 200), c=st.integers(2, 50))
def test_large_batches_like_the_answer_key(student, reference, seed, n, c):
    """cross_entropy of large batches, as the answer key has it in float64"""
    logits = drawn(seed, (n, c), 1e3, torch.float32).clamp_min(-1e3)
    target = torch.randint(c, (n,), generator=torch.Generator().manual_seed(seed))
    expected = reference.cross_entropy(logits.double(), target)
    assert_close(
        student.cross_entropy(logits, target), expected, scale=float(logits.abs().max()), roundings=2
    )


@deepens("test_accuracy_counts_matches")
@given(seed=seeds, n=st.integers(2, 300), c=st.integers(2, 20))
def test_accuracy_of_large_batches(student, reference, seed, n, c):
    """accuracy of large batches, as the answer key has it"""
    generator = torch.Generator().manual_seed(seed)
    out = torch.stack([torch.randperm(c, generator=generator) for _ in range(n)]).float()
    target = torch.randint(c, (n,), generator=generator)
    got = student.accuracy(out, target)
    low = got.dtype.itemsize == 2 if isinstance(got, torch.Tensor) else False
    assert_close(got, reference.accuracy(out, target), what="accuracy", atol=5e-3 if low else 1e-6)
