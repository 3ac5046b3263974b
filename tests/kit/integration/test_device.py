"""Devices: the pretended one, on which mistakes show without a GPU, and what GPUs need, as far as it can be tried."""

from __future__ import annotations

import copy
import ctypes
import fcntl
import mmap
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from support import ROOT, UNIT, command, needs_walls, outcomes, records_in, student_pytest
from support.sliced_course import write_slice
from support.walls import behind, t1
from torch import nn

from grader import endings
from grader.box.boxed import WalledBox
from grader.box.devices.gpus import Target
from grader.box.devices.pretend import PretendDevice, active
from grader.box.direct import DirectBox
from grader.box.worker import _own_gpu
from grader.box.zygote_handle import BoxSpec, ZygoteHandle
from grader.course import Course

NO_CUDA = "this machine has no CUDA device"
needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason=NO_CUDA)
needs_none = pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a CUDA device")
AT = "pretend"

# ---------------------------------------------------------------- what the pretended device allows, and what not


def there(*shape: Any, **options: Any) -> torch.Tensor:
    return torch.ones(*shape, device=AT, **options)


MISTAKES: dict[str, Callable[[], object]] = {
    "sum": lambda: there(3) + torch.ones(3),
    "in place": lambda: there(3).mul_(torch.ones(3)),
    "into a number on the cpu": lambda: torch.tensor(0.0).add_(there(3).sum()),
    "matrix product": lambda: there(2, 2) @ torch.ones(2, 2),
    "stack": lambda: torch.stack([there(2), torch.ones(2)]),
    "stack of numbers": lambda: torch.stack([there(()), torch.ones(())]),
    "targets": lambda: nn.functional.cross_entropy(there(2, 3), torch.tensor([0, 1])),
    "a layer": lambda: nn.Linear(2, 1)(there(1, 2)),
    "a buffer": lambda: nn.BatchNorm1d(2).to(AT).cpu()(there(3, 2)),
    "index of a tensor on the cpu": lambda: torch.ones(3)[torch.tensor([0], device=AT)],
    "gather": lambda: there(3).gather(0, torch.tensor([0])),
    "comparison": lambda: torch.equal(there(2), torch.ones(2)),
    "gradient": lambda: setattr(there(2, requires_grad=True), "grad", torch.ones(2)),
    "in a backward hook": lambda: _hooked(torch.ones(2)),
    "a list of its numbers": lambda: there(2) + torch.tensor([there(()), there(())]),
}
ALLOWED: dict[str, Callable[[], torch.Tensor]] = {
    "a number": lambda: there(3) * 2.0,
    "a tensor without dims": lambda: torch.tensor(2.0) * there(3),
    "filled with one": lambda: there(3).masked_fill(there(3) > 0, torch.tensor(2.0)),
    "indices on the cpu": lambda: there(3)[torch.tensor([0, 1])],
    "indices in a list": lambda: there(3)[[0, 2]],
    "copy_": lambda: there(3).copy_(torch.zeros(3)),
    "like": lambda: torch.zeros_like(there(3)),
    "new": lambda: there(3).new_tensor([1.0]),
    "as data": lambda: torch.as_tensor(there(3)),
    "moved": lambda: torch.ones(3).to(AT, torch.float64),
    "as another": lambda: torch.ones(3).to(there(2)),
    "a layer": lambda: nn.Linear(2, 1).to(AT)(there(1, 2)),
    "a default": lambda: _by_default(),
    "a view": lambda: there(2, 3).t()[0],
    "where": lambda: torch.where(there(3) > 0, 1.0, 0.0),
    "a recurrent layer": lambda: nn.RNN(2, 3).to(AT)(there(4, 1, 2))[0],
    "a deep copy": lambda: copy.deepcopy(nn.Linear(2, 1).to(AT)).weight,
    "gradient through .cpu()": lambda: _gradient_through_the_cpu(),
    "state of torch's optimizer": lambda: _state_of(torch.optim.Adam),
}


def _hooked(factor: torch.Tensor) -> None:
    x = there(2, requires_grad=True)
    x.register_hook(lambda gradient: gradient * factor)
    (x * 2).sum().backward()


def _by_default() -> torch.Tensor:
    with torch.device(AT):
        return torch.ones(2)


def _gradient_through_the_cpu() -> torch.Tensor:
    x = there(2, requires_grad=True)
    (x * 2).cpu().sum().backward()
    assert x.grad is not None and x.grad.tolist() == [2.0, 2.0]
    return x.grad


def _state_of(optimizer: Any) -> torch.Tensor:
    x = there(2, requires_grad=True)
    opt = optimizer([x], lr=0.1)
    for _ in range(2):
        x.sum().backward()
        opt.step()
    return next(v for v in opt.state[x].values() if v.dim())


@pytest.fixture(scope="module")
def device() -> PretendDevice:
    return PretendDevice()


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_of_devices_is_one_without_a_gpu(device: PretendDevice, name: str) -> None:
    with active(device), pytest.raises(RuntimeError, match="pretend"):
        MISTAKES[name]()


@pytest.mark.parametrize("name", ALLOWED)
def test_what_cuda_allows_is_allowed_and_stays_there(device: PretendDevice, name: str) -> None:
    with active(device):
        assert ALLOWED[name]().device == torch.device(AT, 0)


def test_gradients_are_where_their_tensors_are(device: PretendDevice) -> None:
    with active(device):
        x = there(2, requires_grad=True)
        seen = []
        x.register_hook(lambda g: seen.append(g.device))
        (gradient,) = torch.autograd.grad((x**3).sum(), x, create_graph=True)
        gradient.sum().backward()
        assert x.is_leaf and x.grad is not None and x.grad.tolist() == [6.0, 6.0]
        assert {x.grad.device, gradient.device, *seen} == {torch.device(AT, 0)}
        with pytest.raises(TypeError, match=r"Tensor\.cpu\(\)"):
            x.detach().numpy()
        assert x.detach().cpu().numpy().sum() == 2.0


def test_nothing_of_it_is_left_when_it_is_over(device: PretendDevice) -> None:
    with active(device):
        x = there(3)
    assert x.device.type == "cpu" and (x + torch.ones(3)).tolist() == [2.0, 2.0, 2.0]
    with active(device):
        assert x.device.type == AT


# ---------------------------------------------------------------- probes, arguments, results

PROBES = """
import threading
import torch
from torch import nn

def places(module, x):
    layer = nn.Linear(2, 2)
    torch.manual_seed(0)
    drawn = torch.randn(3)
    seen = {
        "argument": x, "factory": torch.zeros(2), "leaf": torch.ones(2, requires_grad=True), "drawn": drawn,
        "layer": layer.weight, "asked": torch.zeros(2, device="cpu"), "module's": module.make(),
        "module's layer": module.layer().weight, "filled": nn.init.normal_(torch.empty(2)),
    }
    def run():
        seen["in a thread"] = torch.zeros(2) + x.sum()
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    told = {name: [t.device.type, t.is_leaf, t.requires_grad, list(t.stride())] for name, t in seen.items()}
    return told, drawn
"""
MODULE = """
import torch
from torch import nn

def make():
    return torch.zeros(2)

def layer():
    return nn.Linear(2, 1)

def elsewhere(x, n):
    return [x * 2, torch.zeros(n)]

def number(x):
    return float(x.sum())

def made(n):
    return torch.zeros(n)
"""


@pytest.fixture
def box(tmp_path: Path) -> DirectBox:
    (tmp_path / "module.py").write_text(MODULE)
    (tmp_path / "probes.py").write_text(PROBES)
    return DirectBox(tmp_path / "module.py", tmp_path / "probes.py", (), cpu_seconds=None, device=AT)


def test_what_probes_make_is_on_the_device_and_what_the_submission_makes_is_where_it_made_it(
    box: DirectBox,
) -> None:
    x = torch.arange(3.0).expand(2, 3).requires_grad_()
    told, drawn = box.request("run", "places", [x], {}, 1)
    assert told["argument"] == [AT, True, True, [0, 1]]
    assert told["leaf"] == [AT, True, True, [1]]
    assert told["layer"][:3] == [AT, True, True]
    assert {name for name, (at, *_) in told.items() if at != AT} == {"asked", "module's", "module's layer"}
    generator = torch.Generator().manual_seed(0)
    assert drawn.device.type == "cpu" and drawn.equal(torch.randn(3, generator=generator))


def test_a_result_on_another_device_is_told_in_words(box: DirectBox) -> None:
    with pytest.raises(
        endings.StudentError, match="elsewhere returned a tensor on cpu for an input on pretend"
    ):
        box.request("call", "elsewhere", [torch.ones(2), 3], {}, None)
    assert box.request("call", "number", [torch.ones(2)], {}, None) == 2.0
    assert box.request("call", "made", [3], {}, None).tolist() == [0.0, 0.0, 0.0]


# ---------------------------------------------------------------- the front doors

LOG_SOFTMAX = """
def log_softmax(x, dim=-1):
    return x - logsumexp(x, dim, keepdim=True) + torch.zeros(x.shape, dtype=x.dtype)
"""
AVERAGE_GRAD = """
def average_grad(p, mom, dampening=False, grad_avg=None, **kwargs):
    if grad_avg is None:
        grad_avg = torch.zeros(p.shape, dtype=p.dtype)
    return {"grad_avg": mom * grad_avg + (1 - mom if dampening else 1) * p.grad}
"""
COLLATE = """
def collate(batch):
    xs, ys = zip(*batch, strict=True)
    made = [torch.tensor([v.tolist() for v in vs], dtype=vs[0].dtype) for vs in (xs, ys)]
    return tuple(made)
"""


@pytest.mark.parametrize(
    ("unit", "text", "test", "told"),
    [
        (
            UNIT,
            LOG_SOFTMAX,
            "test_log_softmax_is_x_minus_logsumexp",
            "at least two devices, pretend:0 and cpu",
        ),
        ("08_optimizer", AVERAGE_GRAD, "test_average_grad", "at least two devices, pretend:0 and cpu"),
        ("04_dataloader", COLLATE, "test_items_are_stacked", "a tensor on cpu for an input on pretend"),
    ],
    ids=["log_softmax", "an optimizer's state", "collate"],
)
def test_a_tensor_made_on_the_cpu_is_found(
    tmp_path: Path, unit: str, text: str, test: str, told: str
) -> None:
    key = Course(ROOT).units[unit].reference
    module = tmp_path / key.name
    module.write_text(key.read_text(encoding="utf-8") + text, encoding="utf-8")
    asked = ("--submission", module, ROOT / "tests" / unit, "-k", test)
    assert student_pytest(*asked).returncode == 0
    done = student_pytest(*asked, "--device", AT)
    assert done.returncode == 1 and told in done.stdout, done.stdout[-3000:]
    assert f"grader replay {test} --device pretend" in done.stdout


@needs_walls
def test_a_grade_on_another_device_is_another_grade(
    write_class: Callable[..., Path], secret: Path, tmp_path: Path
) -> None:
    folder = write_class({"ann": "", "bob": LOG_SOFTMAX})
    course = write_slice(
        tmp_path / "course", ["test_log_of_sum_of_exp", "test_log_softmax_is_x_minus_logsumexp"]
    )
    out = tmp_path / "out"

    def grade(device: str) -> str:
        order = ("grade", folder, "--unit", UNIT, "--out", out, "--secret", secret, "--device", device)
        done = command(*order, cwd=course)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "2 graded: 2 now" in grade("cpu")
    assert {r["device"] for r in records_in(out).values()} == {"cpu"}
    assert "2 graded: 2 now" in grade(AT)
    records = records_in(out)
    assert {r["device"] for r in records.values()} == {"pretend (no GPU: tensors on the CPU)"}
    assert {t["outcome"] for t in records["ann"]["tests"]} == {"pass"}
    assert outcomes(records["bob"], "log_softmax") == {"error"}
    assert outcomes(records["bob"], "logsumexp") == {"pass"}
    assert "2 graded: 0 now" in grade(AT) and "2 graded: 0 now" in grade("cpu")


@needs_none
@pytest.mark.parametrize("name", ["cuda", "mps"])
def test_a_device_that_is_not_here_is_refused_before_anything_is_graded(tmp_path: Path, name: str) -> None:
    if name == "mps" and torch.backends.mps.is_available():
        pytest.skip("this machine has an mps device")
    out = tmp_path / "out"
    reference = ROOT / "reference" / UNIT
    orders = (("grade", reference, "--out", out), ("check", UNIT), ("audit", UNIT, "--out", out))
    for order in orders if name == "cuda" else orders[:1]:
        done = command(*order, "--device", name)
        assert done.returncode == 2, order
        assert f"--device {name}: there is no" in done.stderr
        assert "passed" not in done.stdout and not out.exists()


@needs_none
def test_doctor_says_that_there_is_no_gpu() -> None:
    assert "GPU: none" in command("doctor").stdout


# ---------------------------------------------------------------- boxes and GPUs, as far as it goes without one


def test_jobs_at_a_time_are_bounded_by_gpus() -> None:
    assert Target().at_once(8) == 8
    assert Target("cuda", gpus=2).at_once(8) == 2
    assert Target("cuda", gpus=2, share=3).at_once(8) == 6
    assert Target("cuda", gpus=4).at_once(1) == 1


@pytest.mark.parametrize(
    ("visible", "number", "own"), [(None, 1, "1"), ("3,5", 1, "5"), ("GPU-ab", 0, "GPU-ab")]
)
def test_a_box_sees_one_gpu(
    monkeypatch: pytest.MonkeyPatch, visible: str | None, number: int, own: str
) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert _own_gpu(number) == own


@needs_walls
def test_no_box_comes_of_a_process_that_has_initialised_cuda(tmp_path: Path) -> None:
    warm = tmp_path / "probes.py"
    warm.write_text("import torch\n\ndef warm():\n    torch.cuda._initialized = True\n")
    (boxes := tmp_path / "boxes").mkdir()
    (handed_in := tmp_path / "handed_in").mkdir()
    (handed_in / "module.py").write_text("def f():\n    return 1\n")
    spec = BoxSpec(str(handed_in / "module.py"), str(warm), (), "T1", 2**30, 30)
    for preload, works in (([], True), ([warm], False)):
        zygote = ZygoteHandle(preload)
        zygote.wait_until_warm()
        box = WalledBox(zygote, spec, boxes, test_cpu_seconds=10, submission_cpu_seconds=10)
        try:
            if works:
                assert box.request("call", "f", [], {}, None) == 1
            else:
                with pytest.raises(endings.BoxFault, match="CUDA was initialised before the box was forked"):
                    box.request("call", "f", [], {}, None)
        finally:
            box.close()
            zygote.close()


@needs_walls
@needs_none
def test_a_gpu_that_is_not_there_is_no_fault_of_the_submission(tmp_path: Path) -> None:
    (boxes := tmp_path / "boxes").mkdir()
    (handed_in := tmp_path / "handed_in").mkdir()
    (handed_in / "module.py").write_text("def f():\n    return 1\n")
    spec = BoxSpec(str(handed_in / "module.py"), "", (), "T1", 2**30, 30, device="cuda", gpu_bytes=2**30)
    zygote = ZygoteHandle()
    zygote.wait_until_warm()
    box = WalledBox(zygote, spec, boxes, test_cpu_seconds=10, submission_cpu_seconds=10)
    try:
        with pytest.raises(endings.BoxFault, match="no CUDA device"):
            box.request("call", "f", [], {}, None)
    finally:
        box.close()
        zygote.close()


def _ioctl(request: int) -> Callable[[], int]:
    """The call on a pipe, which knows none of them: ENOTTY, unless it is refused before."""

    def call() -> int:
        buffer = ctypes.create_string_buffer(256)
        return fcntl.ioctl(os.pipe()[0], request, buffer)

    return call


@needs_walls
@pytest.mark.parametrize(
    ("request_", "driver"),
    [
        (0xC020462A, True),
        (0xC00846D6, True),
        (0x30000001, True),
        (27, True),
        (0x5412, False),
        (0x40086602, False),
    ],
    ids=["NV_ESC_RM_CONTROL", "NV_ESC_SYS_PARAMS", "UVM_INITIALIZE", "UVM", "TIOCSTI", "FS_IOC_SETFLAGS"],
)
def test_the_walls_let_the_drivers_calls_through_on_a_gpu_alone(request_: int, driver: bool) -> None:
    refused = behind(_ioctl(request_))
    assert refused["error"] == "PermissionError"
    on_gpu = behind(_ioctl(request_), t1(on_gpu=True))
    assert (on_gpu["error"] == "OSError" and on_gpu["errno"] == 25) if driver else on_gpu == refused


@needs_walls
def test_on_a_gpu_writable_memory_is_limited_and_address_space_is_not() -> None:
    def reserve(gigabytes: int, protection: int) -> Callable[[], bool]:
        def act() -> bool:
            mmap.mmap(-1, gigabytes << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=protection)
            return True

        return act

    walls = t1(on_gpu=True, memory_bytes=2**30)
    assert behind(reserve(64, 1), walls) == {"value": True}  # PROT_READ: reserved, never written
    assert behind(reserve(64, 3), walls)["error"] == "OSError"
    assert behind(reserve(64, 1), t1(memory_bytes=2**30))["error"] == "OSError"


# ---------------------------------------------------------------- a real GPU


@pytest.mark.gpu
@needs_gpu
def test_all_units_pass_on_cuda() -> None:
    done = student_pytest("--submission", "reference", "--device", "cuda")
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.gpu
@needs_gpu
@needs_walls
def test_boxes_work_on_cuda_within_their_share_of_its_memory(
    write_class: Callable[..., Path], secret: Path, tmp_path: Path
) -> None:
    eats = """
def nll(log_probs, target):
    kept = [torch.zeros(2**28, device=log_probs.device) for _ in range(8)]  # a GiB each
    return -log_probs[torch.arange(len(target), device=target.device), target].mean() + kept[-1][0]
"""
    outside = """
def nll(log_probs, target):
    return log_probs[torch.arange(len(target), device=target.device), target + 10**6].mean()
"""
    folder = write_class({"ann": "", "bob": LOG_SOFTMAX, "eve": eats, "max": outside})
    done = command("grade", folder, "--unit", UNIT, "--out", tmp_path, "--secret", secret, "--device", "cuda")
    assert done.returncode == 0, done.stderr
    records = records_in(tmp_path)
    assert records["ann"]["device"].startswith("cuda: ") and records["ann"]["versions"]["cuda"]
    assert {t["outcome"] for t in records["ann"]["tests"]} == {"pass"}
    assert outcomes(records["bob"], "log_softmax") == {"error"}
    assert outcomes(records["eve"], "nll") == {"out_of_memory"}
    assert outcomes(records["max"], "nll") == {"error"}
    assert outcomes(records["max"], "accuracy") == {"pass"}, "one call's fault spoils no later one"


@pytest.mark.gpu
@needs_gpu
def test_resnet_trains_in_mixed_precision_on_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_DRAFTS", "1")
    done = student_pytest(
        "--submission", "reference", "--device", "cuda", "tests/10_training", "-k", "resnet"
    )
    assert done.returncode == 0 and "skipped" not in done.stdout, done.stdout[-3000:]
