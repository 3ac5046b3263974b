"""Cases, strategies and checks of test_stretch.py."""

import torch

from grader.suite import assert_close, require


def shares_of(xb: torch.Tensor) -> tuple[float, list[int]]:
    """Share and partners in a mixture of an identity matrix's rows; share 1 where all rows are their own partners."""
    off = xb - torch.diag(xb.diagonal())
    rows = off.abs().sum(1) > 0
    partners = [int(off[i].argmax()) if rows[i] else i for i in range(len(xb))]
    mixed = [float(xb[i, i]) for i in range(len(xb)) if rows[i]]
    return (mixed[0] if mixed else 1.0), partners


def check_mixture(got: dict, story: str) -> tuple[float, list[int]]:
    xb, n = got["xb"][0], len(got["y"])
    share, partners = shares_of(xb)
    require(0 <= share <= 1, f"{story}the share of an item is {share:.5g}")
    for i, partner in enumerate(partners):
        due = torch.zeros(n, dtype=xb.dtype)
        due[i] += share
        due[partner] += 1 - share
        what = f"{story}row {i} of the input, of which item {i} has the share {share:.5g} in other rows,"
        assert_close(xb[i], due, what=what, atol=1e-6)
    text = f"{story}the partners are {partners}, expected each item to be one's partner"
    require(sorted(partners) == list(range(n)), text)
    return share, partners
