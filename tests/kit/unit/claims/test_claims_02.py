"""Claims of the handout of unit 02 about scales, checked on the key and on torch."""

import math

import torch
from support import ROOT
from torch import nn

from grader.course import Course, load_module

key = load_module(Course(ROOT).units["02_init"].reference)


def chain(scale, depth, n=512, relu=False):
    x = torch.randn(n)
    for _ in range(depth):
        x = (torch.randn(n, n) * scale) @ x
        x = x.clamp(min=0) if relu else x
        yield x


def test_28_layers_are_finite_and_their_std_is_not():
    torch.manual_seed(0)
    *_, before, last, after = chain(1.0, 29)
    assert before.std().isfinite() and not last.std().isfinite()
    assert last.isfinite().all() and 4e37 < last.double().std() < 1.5e38  # the sum overflows, no entry does
    assert not after.isfinite().all()


def test_vanishing_after_70():
    torch.manual_seed(0)
    *_, at_68, _, at_70 = chain(0.01, 70)
    assert at_68.count_nonzero() > 0 and at_70.count_nonzero() == 0


def test_powers():
    assert abs(512**14 / 8.5e37 - 1) < 0.01 and abs(22.6**28 / 8.2e37 - 1) < 0.01


def test_one_relu_layer():
    torch.manual_seed(0)
    xs = [next(iter(chain(key.relu_scale(512), 1, relu=True))) for _ in range(60)]
    x = torch.stack(xs)
    assert abs(x.mean() - 0.564) < 0.02 and abs(x.pow(2).mean() - 1) < 0.05 and abs(x.std() - 0.826) < 0.02


def test_gains():
    for a, expected in (
        (1, 1.0),
        (0, 1.41421356),
        (0.01, 1.41414286),
        (0.1, 1.40719509),
        (math.sqrt(5), 0.57735027),
    ):
        assert abs(key.gain(a) - expected) < 1e-7


def test_sqrt5_is_torchs_default():
    torch.manual_seed(0)
    layer = nn.Linear(300, 400)
    assert 0.999 / math.sqrt(300) < layer.weight.abs().max() <= 1 / math.sqrt(300)
    assert abs(float(layer.weight.detach().std()) * math.sqrt(3 * 300) - 1) < 0.02


def test_fans_are_torchs_also_for_transposed_convs():
    for shape in ((32, 1, 5, 5), (6, 4, 3, 3), (10, 784), (4, 3, 5)):
        assert key.fans(torch.empty(shape)) == nn.init._calculate_fan_in_and_fan_out(torch.empty(shape))
    assert nn.ConvTranspose2d(6, 4, 3).weight.shape[:2] == (6, 4)


def conv_net(mode, last):
    sizes = ((1, 8, 5), (8, 16, 3), (16, 32, 3), (32, last, 3))
    convs = [nn.Conv2d(i, o, k, stride=2, padding=k // 2, padding_mode=mode) for i, o, k in sizes]
    return nn.Sequential(convs[0], nn.ReLU(), convs[1], nn.ReLU(), convs[2], nn.ReLU(), convs[3])


def last_std(mode, last, nets=10):
    torch.manual_seed(0)
    stds = []
    for _ in range(nets):
        net = conv_net(mode, last)
        key.init_model_(net)
        with torch.no_grad():
            stds.append(net(torch.randn(16, 1, 28, 28)).std())
    return float(torch.stack(stds).mean())


def test_where_the_std_of_the_last_layer_goes():
    one, many = last_std("circular", 1), last_std("circular", 32)
    assert one < 1.05 and many > 1.25  # one channel's mean is left out of the std, whatever the padding
    assert last_std("zeros", 32) < many - 0.2  # and the zeros of the padding take the rest


def test_padding_share():
    for n, k, share in ((28, 5, 0.916), (14, 3, 0.907), (7, 3, 0.694), (4, 3, 0.694)):
        on = (
            nn.functional.conv2d(torch.ones(1, 1, n, n), torch.ones(1, 1, k, k), stride=2, padding=k // 2)
            / k**2
        )
        assert abs(float(on.mean()) - share) < 1e-3


def test_orthogonal_keeps_norms_only_when_tall():
    torch.manual_seed(0)
    x = torch.randn(5)
    assert torch.isclose((key.orthogonal_(torch.zeros(7, 5)) @ x).norm(), x.norm())
    assert (key.orthogonal_(torch.zeros(2, 5)) @ x).norm() < 0.99 * x.norm()


def test_lsuv_redraws_and_scales():
    torch.manual_seed(0)
    first = nn.Linear(4, 5)
    net = nn.Sequential(first, nn.ReLU(), nn.Linear(5, 3))
    old, xb = first.weight.detach().clone(), torch.randn(64, 4)
    key.lsuv_(net, xb)
    ratio = first.weight.detach() / old
    assert ratio.std() > 0.1 and first.bias.count_nonzero() == 0
    assert abs(float(net(xb).detach().std()) - 1) <= 0.01
