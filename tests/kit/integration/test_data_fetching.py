"""Data that is fetched: from a real server on this machine, into a cache, checked, read."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import torch
from support import command
from support.small_sets import FILES, X, left_in, tarball, write_mnist, write_tree

from grader.course.datasets import CATALOGUE, FetchFailed, catalogue, load
from grader.course.datasets.fetching import RemoteFile, Source

pytest.importorskip("pooch", reason='fetching needs pooch: pip install "grader[data]"')
pytest.importorskip("PIL", reason='reading JPEGs needs Pillow: pip install "grader[data]"')


class Server(ThreadingHTTPServer):
    """Serves a folder; counts what is asked for; can break off in the middle of a file."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[str] = []
        self.breaks_off = False
        self.folder = folder
        super().__init__(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
        self.address = f"http://127.0.0.1:{self.server_port}"


class _Handler(SimpleHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path.strip("/"))
        if not self.server.breaks_off:
            return super().do_GET()
        content = (self.server.folder / self.path.strip("/")).read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2])
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    folder = tmp_path / "served"
    folder.mkdir()
    with Server(folder) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def mnist(tmp_path: Path) -> Path:
    return write_mnist(tmp_path / "cache" / "mnist")


def served_mnist(server: Server) -> catalogue.Entry:
    """The small MNIST on the server, as an entry of the catalogue."""
    files = []
    for name, content in FILES.items():
        packed = gzip.compress(content, mtime=0)
        (server.folder / f"{name}.gz").write_bytes(packed)
        checksum = f"sha256:{hashlib.sha256(packed).hexdigest()}"
        files.append(RemoteFile(f"{name}.gz", checksum, len(packed)))
    return replace(CATALOGUE["mnist"], source=Source("mnist", tuple(files), (server.address,)))


def test_a_set_is_fetched_once_and_can_then_be_loaded(server, tmp_path):
    e, cache = served_mnist(server), tmp_path / "cache"
    assert not catalogue.is_present(e, cache)
    assert len(catalogue.fetch(e, cache)) == 4
    assert catalogue.is_present(e, cache) and catalogue.verify(e, cache) == []
    assert torch.equal(load("mnist", cache=cache).x_train, X[:, None] / 255)
    assert sorted(server.asked) == sorted(f"{name}.gz" for name in FILES)
    assert catalogue.fetch(e, cache) == []
    assert len(server.asked) == 4, "the second time something was fetched"


def test_a_damaged_file_is_noticed_and_it_alone_fetched_again(server, tmp_path):
    e, cache = served_mnist(server), tmp_path / "cache"
    catalogue.fetch(e, cache)
    file = cache / "mnist" / "t10k-labels-idx1-ubyte.gz"
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert catalogue.verify(e, cache) == [file]
    server.asked.clear()
    assert catalogue.fetch(e, cache) == [file]
    assert server.asked == [file.name] and file.read_bytes() == content


def test_a_file_with_another_checksum_is_not_taken(server, tmp_path):
    e, cache = served_mnist(server), tmp_path / "cache"
    (server.folder / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(b"something else"))
    with pytest.raises(FetchFailed, match="does not have the checksum"):
        catalogue.fetch(e, cache)
    assert left_in(cache) == []


def test_a_broken_connection_leaves_nothing_and_can_be_made_good(server, tmp_path):
    e, cache = served_mnist(server), tmp_path / "cache"
    server.breaks_off = True
    with pytest.raises(FetchFailed, match="broke off"):
        catalogue.fetch(e, cache)
    assert left_in(cache) == []
    server.breaks_off = False
    assert len(catalogue.fetch(e, cache)) == 4 and catalogue.verify(e, cache) == []


def test_the_next_address_is_tried_when_one_fails(server, tmp_path):
    e = served_mnist(server)
    assert e.source
    e = replace(e, source=replace(e.source, addresses=(f"{server.address}/nowhere", server.address)))
    assert len(catalogue.fetch(e, tmp_path / "cache")) == 4


def test_an_archive_is_fetched_unpacked_checked_and_mended(server, tmp_path):
    tree = write_tree(tmp_path / "written")
    members = [(f"{tree.name}/{name}", (tree / name).read_bytes()) for name in left_in(tree)]
    archive = tarball(server.folder / "imagenette2-160.tgz", *members)
    checksum = f"md5:{hashlib.md5(archive.read_bytes()).hexdigest()}"
    source = Source("imagenette", (RemoteFile(archive.name, checksum, archive.stat().st_size),), ())
    e, cache = replace(CATALOGUE["imagenette"], source=source), tmp_path / "cache"
    catalogue.fetch(e, cache, mirror=server.address)
    assert left_in(cache / "imagenette" / tree.name) == left_in(tree)
    assert load("imagenette", cache=cache, size=8).x_train.shape == (10, 3, 8, 8)
    image = cache / "imagenette" / tree.name / "train" / "n01440764" / "n01440764_1.JPEG"
    image.write_bytes(b"\0" + image.read_bytes()[1:])
    assert catalogue.verify(e, cache) == [image]
    assert catalogue.fetch(e, cache, mirror=server.address) == [cache / "imagenette" / tree.name]
    assert catalogue.verify(e, cache) == [] and server.asked == [archive.name]


# The command


def test_offline_the_command_says_what_was_tried_and_what_to_do(server, tmp_path):
    server.shutdown()
    server.server_close()
    ran = command("data", "fetch", "mnist", "--cache", tmp_path / "cache", "--mirror", server.address)
    assert ran.returncode == 1, ran.stderr
    assert f"{server.address}/train-images-idx3-ubyte.gz: no connection" in ran.stderr
    assert f"put it into\n  {tmp_path / 'cache' / 'mnist'}" in ran.stderr and "Traceback" not in ran.stderr
    assert left_in(tmp_path / "cache") == []


def test_the_command_takes_no_other_file_for_mnist(server, tmp_path):
    served_mnist(server)
    ran = command(
        "data", "fetch", "mnist", "--mirror", server.address, env={"GRADER_DATA": str(tmp_path / "cache")}
    )
    assert ran.returncode == 1 and "checksum" in ran.stderr
    assert server.asked == ["train-images-idx3-ubyte.gz"] and left_in(tmp_path / "cache") == []


def test_the_command_verifies_what_is_here(mnist):
    ran = command("data", "verify", "--cache", mnist.parent)
    assert ran.returncode == 1 and "imagenette: not here" in ran.stdout
    assert f"{mnist / 'train-images-idx3-ubyte.gz'} is damaged" in ran.stdout
    assert command("data", "verify", "--cache", mnist).returncode == 0, (
        "where there is nothing, nothing is damaged"
    )
    assert command("data", "verify", "mnist", "--cache", mnist).returncode == 1


def test_the_command_lists_the_sets(mnist):
    ran = command("data", "list", "--cache", mnist.parent)
    rows = {line.split()[1]: line for line in ran.stdout.splitlines() if line.startswith("│")}
    assert ran.returncode == 0 and list(rows) == list(CATALOGUE)
    assert "yes" in rows["mnist"] and "grader data fetch imagenette" in rows["imagenette"]


def test_the_command_knows_what_needs_no_fetching_and_what_is_no_set(tmp_path):
    ran = command("data", "fetch", "strokes", "--cache", tmp_path)
    assert ran.returncode == 0 and "nothing to fetch" in ran.stdout
    ran = command("data", "fetch", "cifar", "--cache", tmp_path)
    assert ran.returncode == 2 and "there is no data set called cifar" in ran.stderr
