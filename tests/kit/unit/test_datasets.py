"""Data that needs no fetching: the digits, the strokes, and deformed images."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch
from support import ROOT

from grader.course.datasets import MissingPackage, UnknownDataset, deform, load, strokes

needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no CUDA device")


@pytest.fixture(scope="module")
def digits():
    try:
        return load("digits")
    except MissingPackage as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def drawn():
    return strokes.draw(600, seed=5)


# The digits


def test_digits_are_all_of_scikit_learns_each_once(digits):
    bunch = pytest.importorskip("sklearn.datasets").load_digits()
    x = torch.cat([digits.x_train, digits.x_valid])
    assert x.shape == (1797, 1, 8, 8) and x.dtype == torch.float32
    ours = sorted(
        zip((x * 16).flatten(1).tolist(), digits.y_train.tolist() + digits.y_valid.tolist(), strict=True)
    )
    assert ours == sorted(zip(bunch.data.tolist(), bunch.target.tolist(), strict=True))


def test_digits_are_split_alike_for_every_class_and_every_time(digits):
    share = digits.y_valid.bincount() / torch.cat([digits.y_train, digits.y_valid]).bincount()
    assert digits.y_valid.dtype == torch.int64
    assert (share - 0.2).abs().max() < 0.01
    assert torch.equal(load("digits").x_valid, digits.x_valid)


def test_digits_come_in_another_size_when_asked(digits):
    larger = load("digits", size=28)
    assert larger.x_valid.shape == (364, 1, 28, 28)
    assert larger.x_valid.min() >= 0 and larger.x_valid.max() <= 1
    assert torch.equal(larger.y_valid, digits.y_valid)


def test_without_scikit_learn_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(MissingPackage, match=r'pip install "grader\[student\]"'):
        load("digits")


# The strokes


@pytest.mark.parametrize(("size", "channels"), [(28, 1), (8, 1), (40, 3), (128, 3)])
def test_strokes_have_the_size_the_channels_and_the_range(size, channels):
    x, y = strokes.draw(20, 1, size=size, channels=channels)
    assert x.shape == (20, channels, size, size) and x.dtype == torch.float32
    assert y.shape == (20,) and y.dtype == torch.int64
    assert x.min() >= 0 and x.max() <= 1
    assert (x.flatten(1).std(dim=1) > 0.02).all(), "an image is blank"


def test_strokes_are_the_same_to_the_bit_from_the_same_seed(drawn):
    x, y = strokes.draw(600, seed=5)
    assert torch.equal(x, drawn[0]) and torch.equal(y, drawn[1])


def test_strokes_of_another_seed_are_others(drawn):
    x, _ = strokes.draw(600, seed=6)
    assert (x != drawn[0]).flatten(1).any(dim=1).all()


@pytest.mark.parametrize(("start", "n"), [(0, 1), (0, 137), (49, 2), (240, 20), (333, 267)])
def test_strokes_are_the_same_however_they_are_parted(drawn, start, n):
    x, y = strokes.draw(n, 5, start=start)
    assert torch.equal(x, drawn[0][start : start + n])
    assert torch.equal(y, drawn[1][start : start + n])


def test_strokes_parted_in_colour_and_large_are_the_same():
    whole, part = strokes.draw(25, 3, size=80, channels=3), strokes.draw(7, 3, size=80, channels=3, start=13)
    assert torch.equal(part[0], whole[0][13:20])


def test_strokes_show_every_digit_equally_often_in_no_regular_order(drawn):
    y = drawn[1]
    assert y.bincount().tolist() == [60] * 10
    assert len({tuple(ten.tolist()) for ten in y.view(-1, 10)}) > 50


def test_strokes_differ_from_one_another(drawn):
    flat = drawn[0].flatten(1)
    apart = torch.cdist(flat, flat) + 100 * torch.eye(len(flat))
    assert apart.min() > 0.5


def test_strokes_show_what_their_labels_say(drawn):
    """The average image of a class is most like fresh images of that class, far more often than by chance."""
    x, y = strokes.draw(400, seed=9)
    averages = torch.stack([drawn[0][drawn[1] == digit].mean(0).flatten() for digit in range(10)])
    found = (
        torch.nn.functional.normalize(x.flatten(1) - x.mean())
        @ torch.nn.functional.normalize(averages - averages.mean()).T
    )
    assert (found.argmax(1) == y).float().mean() > 0.3


def test_the_same_digit_is_written_at_every_size():
    small, large = strokes.draw(50, 2, size=28)[0], strokes.draw(50, 2, size=84)[0]
    shrunk = torch.nn.functional.avg_pool2d(large, 3)
    assert (shrunk - small).abs().mean() < 0.05 < (shrunk - small.roll(1, 0)).abs().mean()


@pytest.mark.parametrize("options", [{"n": -1}, {"start": -1}, {"size": 7}, {"channels": 2}])
def test_strokes_refuse_what_makes_no_sense(options):
    with pytest.raises(ValueError, match="must be"):
        strokes.draw(**{"n": 5, "seed": 0, **options})


@pytest.mark.gpu
@needs_gpu
@pytest.mark.parametrize("channels", [1, 3])
def test_strokes_on_a_gpu_are_those_of_the_cpu(channels):
    here, y = strokes.draw(120, 4, channels=channels)
    there, y_there = strokes.draw(120, 4, channels=channels, device="cuda")
    assert there.is_cuda and torch.equal(y_there.cpu(), y)
    torch.testing.assert_close(there.cpu(), here, atol=2e-3, rtol=0)


# Deformed images


@pytest.fixture(scope="module", params=[(130, 1, 8, 8), (60, 3, 20, 31)], ids=str)
def images(request):
    return torch.rand(request.param, generator=torch.Generator().manual_seed(1))


def test_deform_changes_every_image_and_stays_in_range(images):
    before = images.clone()
    out = deform(images, 7)
    assert out.shape == images.shape and out.dtype == images.dtype
    assert out.min() >= 0 and out.max() <= 1
    assert ((out - images).abs().flatten(1).amax(dim=1) > 0.01).all()
    assert torch.equal(images, before)


def test_deform_does_the_same_for_a_seed_and_another_thing_for_another(images):
    assert torch.equal(deform(images, 7), deform(images, 7))
    assert (deform(images, 7) != deform(images, 8)).flatten(1).any(dim=1).all()


def test_what_an_image_undergoes_does_not_depend_on_those_after_it(images):
    torch.testing.assert_close(deform(images, 7)[:53], deform(images[:53], 7), atol=1e-6, rtol=0)


def test_deform_of_no_strength_changes_nothing_and_more_strength_more(images):
    assert torch.equal(deform(images, 7, strength=0), images)
    changes = [(deform(images, 7, strength=s) - images).abs().mean().item() for s in (0.1, 0.5, 1)]
    assert changes == sorted(changes) and changes[0] > 0


def test_deformed_digits_are_still_nearest_to_their_class(digits):
    near = torch.cdist(deform(digits.x_valid, 3).flatten(1), digits.x_train.flatten(1)).argmin(1)
    assert (digits.y_train[near] == digits.y_valid).float().mean() > 0.9


def test_no_deformed_digit_is_found_by_its_pixels(digits):
    def patterns(x):
        return [tuple(row) for row in (x * 16).round().flatten(1).int().tolist()]

    assert not set(patterns(deform(digits.x_valid, 3))) & set(patterns(digits.x_valid))


@pytest.mark.parametrize(
    "bad", [torch.rand(3, 8, 8), torch.zeros(1, 1, 8, 8, dtype=torch.uint8)], ids=["3d", "bytes"]
)
def test_deform_refuses_what_is_no_batch_of_images(bad):
    with pytest.raises(ValueError, match="images must be"):
        deform(bad, 0)


# The catalogue


def test_strokes_are_loaded_with_a_validation_set_of_their_own():
    data = load("strokes", size=12, train=100, valid=50, seed=3)
    assert data.name == "strokes" and data.classes == tuple("0123456789")
    assert data.x_train.shape == (100, 1, 12, 12) and data.y_valid.shape == (50,)
    assert torch.cdist(data.x_valid.flatten(1), data.x_train.flatten(1)).min() > 0.1


def test_an_unknown_name_is_answered_with_those_there_are():
    with pytest.raises(UnknownDataset, match="digits, strokes, mnist, imagenette"):
        load("cifar")


def test_nothing_heavy_is_imported_before_it_is_used():
    heavy = {"torch", "numpy", "sklearn", "pooch", "PIL"}
    code = f"import grader.course.datasets, grader.cli.data, sys; print(sorted({heavy} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
