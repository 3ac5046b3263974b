"""Data files are read, or named when they are damaged; archives stay in their folder."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import torch
from support.small_sets import FILES, X, Y, idx, left_in, tarball, write_mnist, write_tree

from grader.course.datasets import DamagedFile, NotFetched, load
from grader.course.datasets.tarballs import unpack
from grader.course.datasets.trees import read_tree

Image = pytest.importorskip("PIL.Image", reason='reading JPEGs needs Pillow: pip install "grader[data]"')


@pytest.fixture
def mnist(tmp_path: Path) -> Path:
    return write_mnist(tmp_path / "cache" / "mnist")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return write_tree(tmp_path)


def test_idx_files_are_read_gzipped_or_not(mnist):
    data = load("mnist", cache=mnist.parent)
    assert torch.equal(data.x_train, X[:, None] / 255) and torch.equal(data.y_train, Y)
    assert torch.equal(data.x_valid, (X[:2, None] + 100) / 255) and torch.equal(data.y_valid, Y[:2])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (FILES["train-images-idx3-ubyte"][:-1], "5 × 4 × 3 bytes, but 59 follow"),
        (FILES["train-images-idx3-ubyte"] + b"\0", "61 follow"),
        (FILES["train-images-idx3-ubyte"][:9], "within its header"),
        (FILES["train-labels-idx1-ubyte"], "begins with 00000801"),
        (b"", "begins with nothing"),
        (b"<html>no such file</html>", "begins with 3c68746d"),
        (gzip.compress(FILES["train-images-idx3-ubyte"])[:-12], "compressed data"),
    ],
    ids=["truncated", "too long", "header cut", "labels", "empty", "a web page", "gzip cut"],
)
def test_a_damaged_idx_file_is_named(mnist, content, told):
    file = mnist / "train-images-idx3-ubyte.gz"
    file.write_bytes(content)
    with pytest.raises(DamagedFile) as caught:
        load("mnist", cache=mnist.parent)
    assert str(file) in str(caught.value) and told in str(caught.value)
    assert "grader data fetch" in str(caught.value)


def test_images_and_labels_have_to_be_as_many(mnist):
    (mnist / "train-labels-idx1-ubyte").write_bytes(idx(Y[:4]))
    with pytest.raises(DamagedFile, match=r"5 images .* 4 labels"):
        load("mnist", cache=mnist.parent)


def test_what_is_not_here_is_not_fetched_by_loading_it(tmp_path):
    with pytest.raises(NotFetched, match="grader data fetch mnist"):
        load("mnist", cache=tmp_path)
    with pytest.raises(NotFetched, match="grader data fetch imagenette"):
        load("imagenette", cache=tmp_path)
    assert left_in(tmp_path) == []


def test_a_tree_of_jpegs_is_read_in_the_order_of_its_classes(tree, tmp_path):
    data = load("imagenette", cache=tmp_path, size=16)
    assert data.x_train.shape == data.x_valid.shape == (10, 3, 16, 16)
    assert data.y_train.tolist() == data.y_valid.tolist() == list(range(10))
    assert data.classes[:2] == ("tench", "English springer") and len(data.classes) == 10
    expected = torch.tensor([[20 * label, 100, 200] for label in range(10)]) / 255
    assert (data.x_train.mean(dim=(2, 3)) - expected).abs().max() < 0.02
    assert (data.x_valid - 128 / 255).abs().max() < 0.02


def test_an_image_is_cropped_in_the_middle(tmp_path):
    image = Image.new("RGB", (300, 100), "red")
    image.paste("blue", (100, 0, 200, 100))
    (tmp_path / "only").mkdir()
    image.save(tmp_path / "only" / "a.jpg", quality=95)
    x, _ = read_tree(tmp_path, ["only"], 50)
    red, _, blue = x[0, :, 2:-2, 2:-2].float().mean(dim=(1, 2))
    assert red < 20 and blue > 235


def test_a_damaged_jpeg_is_named(tree, tmp_path):
    file = tree / "val" / "n03028079" / "n03028079_1.JPEG"
    file.write_bytes(file.read_bytes()[:300])
    with pytest.raises(DamagedFile, match="n03028079_1"):
        load("imagenette", cache=tmp_path)


@pytest.mark.parametrize(
    "name", ["../out", "top/../../out", "/tmp/grader-out", "top\\..\\..\\out", "other/file"]
)
def test_an_archive_that_leads_out_is_not_unpacked(tmp_path, name):
    (tmp_path / "in").mkdir()
    archive = tarball(tmp_path / "in" / "a.tgz", ("top/good", b"1"), (name, b"2"))
    with pytest.raises(DamagedFile):
        unpack(archive, "top")
    assert left_in(tmp_path) == ["in/a.tgz"] and not Path("/tmp/grader-out").exists()


def test_links_in_an_archive_are_not_followed(tmp_path):
    archive = tarball(tmp_path / "a.tgz", ("top/link", None), ("top/link/file", b"2"))
    with pytest.raises(DamagedFile, match="link"):
        unpack(archive, "top")
    assert left_in(tmp_path) == ["a.tgz"]
