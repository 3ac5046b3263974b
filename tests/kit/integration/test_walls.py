"""The walls, from behind them: every test forks a real process, raises its walls and tries."""

from __future__ import annotations

import ctypes
import errno
import gc
import json
import mmap
import os
import re
import signal
import struct
import subprocess
import sys
import textwrap
import threading
import time
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import ROOT
from support.walls import behind, in_a_child, t1

from grader.box.walls import (
    Tier,
    default_readable,
    kernel,
    landlock,
    limits,
    offers_walls,
    process,
    raise_walls,
    seccomp,
    syscalls,
)
from grader.box.walls.selftest import run_selftest

X86_64_HEADER = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
GENERIC_HEADER = Path("/usr/include/asm-generic/unistd.h")
NOBODY = 65534
REFUSED = {errno.EPERM, errno.EACCES, errno.EXDEV, errno.ENOSYS}

needs_t1 = pytest.mark.skipif(
    not offers_walls(), reason="this machine has no Landlock, or no filter for its architecture"
)
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else"
)


def is_refused(told: dict[str, Any]) -> bool:
    return told.get("errno") in REFUSED


def _all_calls(machine: str) -> dict[str, int]:
    tables = (syscalls.allowed, syscalls.denied, syscalls.pretended, syscalls.hidden, syscalls.judged)
    return {name: number for table in tables for name, number in table(machine).items()}


def raw(name: str, *args: int) -> Callable[[], int]:
    """The system call itself, with no library between."""
    machine = seccomp.supported_machine() or "x86_64"
    every = _all_calls(machine)
    return lambda: kernel.syscall(every[name], *args)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "course" / "expected.py"
    path.parent.mkdir()
    path.write_text("answer = 42\n")
    return path


# ---------------------------------------------------------------- tiers


@pytest.mark.parametrize("text", ["T1", "t1", " 1 "])
def test_a_tier_is_named_in_any_of_these_ways(text: str) -> None:
    assert Tier.parse(text) is Tier.T1


def test_an_unknown_tier_is_refused_with_a_list_of_the_known() -> None:
    with pytest.raises(ValueError, match=r"no tier 'T9'.*T0.*T1.*T2.*T3"):
        Tier.parse("T9")


def test_the_package_imports_where_unix_modules_are_missing() -> None:
    code = """
        import sys
        for name in ("resource", "fcntl", "termios", "torch", "numpy"):
            sys.modules[name] = None
        sys.platform = "win32"
        import grader.box.walls.selftest
        from grader.box.walls import offers_walls
        assert not offers_walls()
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True, cwd=ROOT)


# ---------------------------------------------------------------- the self-test


@needs_t1
def test_selftest_of_t1_finds_nothing_amiss(secret: Path) -> None:
    gc.collect()  # what a fork of this process frees would count as memory within the limit
    findings = run_selftest(Tier.T1, [secret, secret.parent], default_readable())
    assert [f for f in findings if not f.ok] == []
    assert {f.expected for f in findings} == {"allowed", "denied"}
    assert len(findings) > 20


@needs_fork
def test_selftest_of_t0_finds_that_there_are_no_walls(secret: Path) -> None:
    before = sorted(Path.cwd().iterdir())
    by_name = {f.name: f for f in run_selftest(Tier.T0, [secret], ())}
    assert not by_name[f"open {secret}"].ok
    assert not by_name["fork"].ok
    assert by_name["run a thread"].ok
    assert sorted(Path.cwd().iterdir()) == before


@needs_t1
def test_selftest_finds_a_secret_that_lies_in_a_readable_folder(secret: Path) -> None:
    findings = run_selftest(Tier.T1, [secret], (*default_readable(), secret.parent))
    assert f"open {secret}" in [f.name for f in findings if not f.ok]


@needs_fork
def test_selftest_survives_walls_that_do_not_go_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "abi_version", lambda: 0)
    (finding,) = run_selftest(Tier.T1, [], default_readable())
    assert not finding.ok
    assert "no Landlock" in finding.detail


@needs_fork
def test_selftest_reports_the_attempt_that_a_child_died_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: os.kill(os.getpid(), signal.SIGKILL))
    findings = run_selftest(Tier.T0, [], ())
    assert [(f.outcome, f.detail) for f in findings if f.name == "time.sleep"] == [
        ("died", "the process ended with status -9")
    ]
    assert findings[-1].name != "time.sleep"


# ---------------------------------------------------------------- what must go on working


@needs_t1
def test_torch_works_behind_t1() -> None:
    code = """
        import os, threading
        import torch
        warm = torch.nn.Linear(2, 2)
        torch.optim.Adam(warm.parameters())  # its first use makes a cache folder
        from grader.box.walls import Tier, Walls, default_readable, raise_walls
        raise_walls(Walls(Tier.T1, default_readable(), (), 2**30, 30))

        generator = torch.Generator().manual_seed(0)
        x = torch.randn(200, 4, generator=generator)
        model = torch.nn.Sequential(torch.nn.Linear(4, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1))
        optimiser = torch.optim.Adam(model.parameters(), lr=1e-2)
        losses = []
        for _ in range(30):
            optimiser.zero_grad()
            loss = (model(x) - x.sum(1, keepdim=True)).square().mean()
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
        assert losses[-1] < losses[0]
        big = torch.randn(300, 300, dtype=torch.float64)
        assert torch.allclose(big @ torch.linalg.inv(big), torch.eye(300, dtype=torch.float64), atol=1e-6)

        loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x), batch_size=50)
        assert sum(batch.shape[0] for (batch,) in loader) == 200
        found = []
        threads = [threading.Thread(target=lambda: found.append((x @ x.T).shape)) for _ in range(4)]
        [t.start() for t in threads]; [t.join() for t in threads]
        assert len(found) == 4
        import concurrent.futures, wave, zoneinfo, decimal, pickle, inspect, torch.nn.utils.prune
        zoneinfo.ZoneInfo("Europe/Berlin"), os.urandom(4), os.cpu_count()
        print("fine")
    """
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (told.returncode, told.stdout.strip()) == (0, "fine"), told.stderr[-2000:]


@needs_t1
def test_a_process_may_still_end_itself() -> None:
    assert behind(os.abort) == {"died": -signal.SIGABRT}
    assert behind(lambda: os.kill(os.getpid(), signal.SIGTERM)) == {"died": -signal.SIGTERM}


@needs_t1
def test_signals_to_own_threads_arrive() -> None:
    def signal_a_thread() -> str:
        # noted by the main thread's interpreter, wherever the signal arrives
        arrived = []
        signal.signal(signal.SIGUSR1, lambda *_: arrived.append(1))
        stop = threading.Event()
        thread = threading.Thread(target=stop.wait, daemon=True)
        thread.start()
        signal.pthread_kill(thread.ident or 0, signal.SIGUSR1)
        time.sleep(0.05)
        stop.set()
        return f"{len(arrived)} arrived"

    assert behind(signal_a_thread) == {"value": "1 arrived"}


@needs_t1
def test_libraries_are_loaded_with_the_right_to_read_alone() -> None:
    def load() -> bool:
        library = next(Path("/usr/lib").glob("*/libm.so.6"))
        return ctypes.CDLL(str(library)).abs(-3) == 3

    assert behind(load) == {"value": True}


@needs_t1
def test_a_writable_folder_takes_files_and_folders_and_nothing_else(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir()
    walls = t1(writable=(private,), file_bytes=1000)

    def write() -> str:
        (private / "a").write_text("first")
        (private / "a").write_text("second")
        (private / "a").rename(private / "b")
        return (private / "b").read_text()

    def move() -> list[str]:
        (private / "from").mkdir()
        (private / "to").mkdir()
        (private / "from" / "a").touch()
        (private / "from" / "a").rename(private / "to" / "b")
        (private / "from").rmdir()
        return sorted(str(path.relative_to(private)) for path in private.rglob("b"))

    assert behind(write, walls) == {"value": "second"}
    assert behind(move, walls) == {"value": ["b", "to/b"]}
    assert behind(lambda: (private / "b").write_bytes(b"x" * 1001), walls)["errno"] == errno.EFBIG
    assert is_refused(behind(lambda: (private / "c").symlink_to("/"), walls))
    assert is_refused(behind(lambda: os.mkfifo(private / "d"), walls))
    assert is_refused(behind(lambda: (private / "b").rename(tmp_path / "b"), walls))


@needs_t1
def test_dev_null_is_writable() -> None:
    assert behind(lambda: Path("/dev/null").write_text("gone")) == {"value": 4}


# ---------------------------------------------------------------- limits


@needs_t1
def test_memory_is_counted_from_what_was_mapped_before() -> None:
    def allocate(megabytes: int) -> Callable[[], int]:
        return lambda: len(bytearray(megabytes * 2**20))

    walls = t1(memory_bytes=200 * 2**20)
    assert behind(allocate(100), walls) == {"value": 100 * 2**20}
    assert behind(allocate(300), walls)["error"] == "MemoryError"


@needs_fork
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_cpu_time_runs_out() -> None:
    def spin() -> None:
        limits.set_limits(memory_bytes=2**30, cpu_seconds=1)
        while True:
            pass

    start = time.process_time()
    assert in_a_child(spin)["died"] in (-signal.SIGXCPU, -signal.SIGKILL)
    assert time.process_time() - start < 1


@pytest.mark.parametrize("wrong", [{"memory_bytes": 0}, {"cpu_seconds": -1}, {"file_bytes": -1}])
def test_limits_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        limits.set_limits(**({"memory_bytes": 1, "cpu_seconds": 1} | wrong))


@needs_t1
def test_limits_cannot_be_raised_again() -> None:
    import resource

    told = behind(lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (500, 500)))
    assert told["error"] == "ValueError"
    assert is_refused(behind(raw("prlimit64", os.getpid(), 7, 0, 0)))
    assert behind(lambda: resource.getrlimit(resource.RLIMIT_NOFILE)) == {"value": [128, 128]}


# ---------------------------------------------------------------- the process


@needs_fork
def test_other_descriptors_are_closed() -> None:
    receive, send = os.pipe()
    spare = os.dup2(receive, 77)

    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        process.close_other_fds([spare, writer])
        os.write(writer, json.dumps([fd for fd in range(200) if _is_open(fd)]).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    assert json.loads(os.read(reader, 2000)) == sorted({0, 1, 2, spare, writer})
    for fd in (receive, send, spare, reader, writer):
        os.close(fd)


def _is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


@needs_fork
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a process to its parent")
def test_a_box_dies_with_its_parent() -> None:
    reader, writer = os.pipe()
    parent = os.fork()
    if parent == 0:
        mine = os.getpid()
        ready, set_ready = os.pipe()
        if os.fork() == 0:
            process.die_with_parent(mine)
            os.write(set_ready, b"x")
            time.sleep(30)
            os._exit(0)
        os.read(ready, 1)
        os._exit(0)
    os.waitpid(parent, 0)
    os.close(writer)
    start = time.monotonic()
    assert os.read(reader, 1) == b""  # end of file: the last holder of the other end is gone
    assert time.monotonic() - start < 5
    os.close(reader)


@needs_fork
def test_a_box_whose_parent_is_gone_ends() -> None:
    assert in_a_child(lambda: process.die_with_parent(os.getppid() + 1)) == {"died": 1}


@needs_t1
def test_walls_are_refused_when_a_second_thread_could_stay_outside() -> None:
    def with_a_thread() -> None:
        threading.Thread(target=time.sleep, args=(5,), daemon=True).start()
        raise_walls(t1())

    told = in_a_child(with_a_thread)
    assert told["error"] == "WallError"
    assert "before the first thread" in told["text"]


@needs_t1
def test_root_has_no_powers_left() -> None:
    def effective() -> int:
        status = Path("/proc/self/status").read_text()
        return int(re.search(r"CapEff:\s*(\w+)", status)[1], 16)  # type: ignore[index]

    assert behind(effective)["value"] in (0, 1 << 2)  # none, or reading alone


# ---------------------------------------------------------------- what is readable


@needs_t1
def test_hidden_paths_must_not_lie_in_readable_ones(secret: Path) -> None:
    walls = t1(readable=(*default_readable(), secret.parent), hidden=(secret,))
    told = in_a_child(lambda: raise_walls(walls))
    assert told["error"] == "WallError"
    assert f"{secret} must stay hidden" in told["text"]


@needs_t1
def test_hidden_paths_must_not_be_reached_through_a_link(secret: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(secret.parent)
    walls = t1(readable=(tmp_path / "link",), hidden=(secret,))
    assert in_a_child(lambda: raise_walls(walls))["error"] == "WallError"


@needs_t1
def test_missing_paths_are_skipped(tmp_path: Path) -> None:
    assert behind(lambda: 1, t1(readable=(*default_readable(), tmp_path / "no" / "such"))) == {"value": 1}


@needs_t1
def test_a_readable_file_opens_nothing_beside_it(secret: Path) -> None:
    beside = secret.parent / "public.py"
    beside.write_text("fine")
    walls = t1(readable=(*default_readable(), beside))
    assert behind(beside.read_text, walls) == {"value": "fine"}
    assert is_refused(behind(secret.read_text, walls))


def test_no_folder_that_holds_the_home_or_the_course_is_readable() -> None:
    home = Path.home().resolve()
    for path in default_readable():
        assert path != Path("/")
        assert not home.is_relative_to(path)
        assert not (ROOT / "tests").is_relative_to(path)


@needs_t1
def test_an_environment_inside_the_course_does_not_open_the_course(secret: Path) -> None:
    course = secret.parent
    venv.create(course / ".venv", symlinks=True)
    packages = next((course / ".venv" / "lib").glob("python*/site-packages"))
    (packages / "editable.pth").write_text(f"{course}\n{ROOT}\n")
    (packages / "installed.py").write_text("x = 1")
    code = """
        import os, sys
        from pathlib import Path
        import grader.box.walls as w
        course = Path(sys.argv[1])
        assert str(course) in sys.path
        hidden = (course, course / "expected.py")
        w.raise_walls(w.Walls(w.Tier.T1, w.default_readable(), (), 2**28, 5, hidden))
        import installed
        for act in (lambda: os.listdir(course), lambda: (course / "expected.py").read_text()):
            try:
                act()
            except PermissionError:
                continue
            raise SystemExit("the course can be read")
        try:
            import expected
        except ImportError:
            print("fine")
        except PermissionError:
            print("fine")
    """
    told = subprocess.run(
        [course / ".venv" / "bin" / "python", "-c", textwrap.dedent(code), course],
        capture_output=True,
        text=True,
        cwd="/",
        env={},
        timeout=30,
    )
    assert (told.returncode, told.stdout.strip()) == (0, "fine"), told.stderr


@needs_t1
@pytest.mark.parametrize("abi", range(1, 1 + max(1, landlock.abi_version())))
def test_older_kernels_are_told_only_what_they_know(
    abi: int, monkeypatch: pytest.MonkeyPatch, secret: Path
) -> None:
    monkeypatch.setattr(landlock, "abi_version", lambda: abi)
    lengths = {1: 8, 2: 8, 3: 8, 4: 16, 5: 16}
    assert len(landlock.ruleset_attr(abi)) == lengths.get(abi, 24)
    assert is_refused(behind(secret.read_text))
    # Before ABI 3 Landlock lets these three through: the filter stands in.
    walls = t1(readable=(*default_readable(), secret))
    for flags in (os.O_RDONLY | os.O_TRUNC, os.O_ACCMODE, os.O_ACCMODE | os.O_TRUNC):
        assert is_refused(behind(lambda f=flags: os.open(secret, f), walls))  # type: ignore[misc]
    assert is_refused(behind(lambda: os.truncate(secret, 0)))
    assert secret.read_text() == "answer = 42\n"


# ---------------------------------------------------------------- breaking out


@needs_t1
@pytest.mark.parametrize(
    "prefix",
    ["/proc/self/root", "/proc/self/task/{pid}/root", "/proc/{parent}/root", "/proc/thread-self/root"],
)
def test_proc_is_no_way_around(prefix: str, secret: Path) -> None:
    parent = os.getpid()

    def read() -> str:
        return Path(prefix.format(pid=os.getpid(), parent=parent) + str(secret)).read_text()

    assert is_refused(behind(read))


@needs_t1
@pytest.mark.parametrize("name", ["environ", "mem", "maps", "fd", "cmdline", "status", "exe", "cwd", "root"])
def test_other_processes_cannot_be_looked_at(name: str) -> None:
    path = f"/proc/{os.getpid()}/{name}"
    assert is_refused(behind(lambda: os.open(path, os.O_RDONLY)))


@needs_t1
def test_an_inherited_folder_opens_nothing(secret: Path) -> None:
    for flags in (os.O_RDONLY, os.O_PATH):
        folder = os.open(secret.parent, flags)
        assert is_refused(behind(lambda: os.open("expected.py", os.O_RDONLY, dir_fd=folder)))  # noqa: B023
        assert is_refused(behind(lambda: os.open(f"/proc/self/fd/{folder}", os.O_RDONLY)))  # noqa: B023
        os.close(folder)


@needs_t1
def test_files_are_not_carried_to_where_they_can_be_read(secret: Path, tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir()
    walls = t1(writable=(private,), file_bytes=1000)
    assert is_refused(behind(lambda: (private / "x").hardlink_to(secret), walls))
    assert is_refused(behind(lambda: secret.rename(private / "x"), walls))
    (private / "link").symlink_to(secret)
    assert is_refused(behind((private / "link").read_text, walls))
    assert is_refused(behind(secret.unlink))
    assert secret.exists()


def _fcntl(descriptor: int, command: int, value: int) -> object:
    import fcntl  # here, so that the tests that need no fork are collected on Windows

    return fcntl.fcntl(descriptor, command, value)


def _ioctl(descriptor: int, command: int, value: Any) -> object:
    import fcntl

    return fcntl.ioctl(descriptor, command, value)


ATTEMPTS: dict[str, Callable[[], object]] = {
    "utime": lambda: os.utime(__file__),
    "chown": lambda: os.chown(__file__, -1, -1),
    "mknod": lambda: os.mknod("/tmp/walls-node"),
    "mkdir": lambda: Path("/tmp/walls-folder").mkdir(),
    "write to sysfs": lambda: os.open("/sys/kernel/mm/transparent_hugepage/enabled", os.O_WRONLY),
    "write to own memory file": lambda: os.open("/proc/self/mem", os.O_RDWR),
    "raise own oom score": lambda: os.open("/proc/self/oom_score_adj", os.O_WRONLY),
    "shared memory": lambda: os.open("/dev/shm/walls", os.O_CREAT | os.O_RDWR),
    "terminal": lambda: os.open("/dev/tty", os.O_RDWR),
    "chroot": lambda: os.chroot("/"),
    "new session": os.setsid,
    "new group": lambda: os.setpgid(0, 0),
    "nice": lambda: os.setpriority(os.PRIO_PROCESS, 0, 5),
    "real-time scheduling": lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
    "affinity of the parent": lambda: os.sched_setaffinity(os.getppid(), {0}),
    "signal own group": lambda: os.kill(0, 0),
    "signal everybody": lambda: os.kill(-1, 0),
    "signal the parent": lambda: os.kill(os.getppid(), 0),
    "signal the parent's group": lambda: os.killpg(os.getpgid(os.getppid()), 0),
    "become root": lambda: os.setuid(0),
    "pidfd": lambda: os.pidfd_open(os.getppid()),
    "signals from a pipe to the parent": lambda: _fcntl(os.pipe()[0], 8, os.getppid()),
    "lease": lambda: _fcntl(os.open(os.__file__, os.O_RDONLY), 1024, 0),
    "freeze the file system": lambda: _ioctl(os.open("/usr/lib", os.O_RDONLY), 0xC0045877, 0),
    "flags of a file": lambda: _ioctl(os.open("/usr/lib", os.O_RDONLY), 0x40086602, struct.pack("l", 0)),
    "type into a terminal": lambda: _ioctl(0, 0x5412, b"x"),
    "outlive the parent": lambda: kernel.prctl(1, 0),
    "be traced by anybody": lambda: kernel.prctl(0x59616D61, -1),
    "run from memory": lambda: os.execve(os.memfd_create("x"), ["x"], {}),
}


@needs_t1
@pytest.mark.parametrize("name", ATTEMPTS)
def test_refused(name: str) -> None:
    told = behind(ATTEMPTS[name])
    assert is_refused(told), told


@needs_t1
@needs_root
@pytest.mark.parametrize("name", [*ATTEMPTS, "open"])
def test_refused_to_an_ordinary_user_too(name: str, secret: Path) -> None:
    def as_nobody() -> object:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        raise_walls(t1())
        return (ATTEMPTS | {"open": Path("/etc/passwd").read_text})[name]()

    told = in_a_child(as_nobody)
    assert is_refused(told), told


@needs_t1
def test_modes_are_set_in_pretence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    file.chmod(0o640)

    def set_them() -> None:
        file.chmod(0o777)
        with file.open() as stream:
            os.fchmod(stream.fileno(), 0o777)

    assert behind(set_them, t1(readable=(*default_readable(), file))) == {"value": None}
    assert file.stat().st_mode & 0o777 == 0o640


@needs_t1
def test_every_denied_call_is_denied_by_the_kernel() -> None:
    machine = seccomp.supported_machine()
    assert machine

    def call_them_all() -> list[str]:
        let_through = []
        for name, number in (syscalls.denied(machine) | syscalls.hidden(machine)).items():
            try:
                kernel.syscall(number, -1, -1, -1, -1, -1, -1)
            except OSError as error:
                if error.errno == (errno.ENOSYS if name in syscalls.hidden(machine) else errno.EPERM):
                    continue
            let_through.append(name)
        return let_through

    assert behind(call_them_all) == {"value": []}


@needs_t1
@pytest.mark.parametrize("flags", [0, 17, 0x4111, 0x10000000, 0x20010000])
def test_clone_makes_no_process_and_no_namespace(flags: int) -> None:
    assert is_refused(behind(raw("clone", flags, 0, 0, 0, 0)))


@needs_t1
@pytest.mark.skipif(seccomp.supported_machine() != "x86_64", reason="x86_64 has two more ways in")
def test_the_x32_calls_are_refused() -> None:
    for number in (0x40000000 | 57, 0x40000000 | 520, 0x40000000 | 39):
        assert is_refused(behind(lambda n=number: kernel.syscall(n)))  # type: ignore[misc]


@needs_t1
@pytest.mark.skipif(seccomp.supported_machine() != "x86_64", reason="x86_64 has two more ways in")
def test_the_32_bit_calls_kill() -> None:
    def int_0x80() -> int:
        page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")  # mov eax, 20 (getpid); int 0x80; ret
        address = ctypes.addressof(ctypes.c_char.from_buffer(page))
        return ctypes.CFUNCTYPE(ctypes.c_int)(address)()

    assert behind(int_0x80)["died"] == -signal.SIGSYS


# ---------------------------------------------------------------- the filter, read by a second reader


def verdict(program: seccomp.Block, arch: int, number: int, args: tuple[int, ...] = ()) -> str:
    """Runs a filter as the kernel would: "allow", "kill", "done" or the name of an errno."""
    words = [*args, 0, 0, 0, 0, 0, 0][:6]
    data = struct.pack("=IIQ6Q", number, arch, 0, *(w & (2**64 - 1) for w in words))
    accumulator, at = 0, 0
    while True:
        code, if_true, if_false, k = program[at]
        at += 1
        if code == 0x20:
            (accumulator,) = struct.unpack_from("=I", data, k)
        elif code == 0x54:
            accumulator &= k
        elif code == 0x06:
            if k == 0x7FFF0000:
                return "allow"
            return (
                "kill" if k == 0x80000000 else {0: "done", 1: "EPERM", 22: "EINVAL", 38: "ENOSYS"}[k & 0xFFFF]
            )
        else:
            holds = {0x15: accumulator == k, 0x35: accumulator >= k, 0x45: bool(accumulator & k)}[code]
            at += if_true if holds else if_false


MACHINES = [("x86_64", 0xC000003E), ("aarch64", 0xC00000B7)]


@pytest.mark.parametrize(("machine", "arch"), MACHINES)
def test_the_filter_says_what_the_table_says(machine: str, arch: int) -> None:
    program = seccomp.program(machine, 4242)
    assert len(program) < 4096  # BPF_MAXINSNS
    assert all(0 <= jt <= 255 and 0 <= jf <= 255 for _, jt, jf, _ in program)
    tables = {
        "allow": syscalls.allowed,
        "EPERM": syscalls.denied,
        "done": syscalls.pretended,
        "ENOSYS": syscalls.hidden,
        "judged": syscalls.judged,
    }
    wanted = {number: word for word, table in tables.items() for number in table(machine).values()}
    assert len(wanted) == sum(len(table(machine)) for table in tables.values()), "a call is in one table only"
    for number in range(max(wanted) + 100):
        if wanted.get(number) != "judged":
            assert verdict(program, arch, number) == wanted.get(number, "ENOSYS"), number
    assert verdict(program, 0x40000003, 20) == "kill"
    for number in (2**32 - 1, 2**30 + 39):
        assert verdict(program, arch, number) == ("EPERM" if machine == "x86_64" else "ENOSYS")


@pytest.mark.parametrize(("machine", "arch"), MACHINES)
@pytest.mark.parametrize(
    ("name", "args", "wanted"),
    [
        ("clone", (0x3D0F00,), "allow"),  # what a C library's pthread_create passes
        ("clone", (0x1200011,), "EPERM"),  # what its fork passes
        ("clone", (0x4111,), "EPERM"),
        ("clone", (0x20010000,), "EPERM"),
        ("kill", (4242, 9), "allow"),
        ("kill", (0, 9), "EPERM"),
        ("kill", (-1, 9), "EPERM"),
        ("kill", (-4242, 9), "EPERM"),
        ("kill", (1, 9), "EPERM"),
        ("tgkill", (4242, 4243, 9), "allow"),
        ("tgkill", (4241, 4241, 9), "EPERM"),
        ("prlimit64", (0, 7, 0, 1), "allow"),
        ("prlimit64", (0, 7, 2**32, 0), "EPERM"),
        ("prlimit64", (0, 7, 1, 0), "EPERM"),
        ("prlimit64", (1, 7, 0, 1), "EPERM"),
        ("sched_setaffinity", (0,), "allow"),
        ("sched_setaffinity", (1,), "EPERM"),
        ("openat", (-100, 1, os.O_RDONLY), "allow"),
        ("openat", (-100, 1, 0o1001), "allow"),
        ("openat", (-100, 1, 0o1000), "EPERM"),
        ("openat", (-100, 1, 3), "EPERM"),
        ("prctl", (15,), "allow"),
        ("prctl", (1,), "EPERM"),
        ("prctl", (59,), "EINVAL"),
        ("fcntl", (1, 3), "allow"),
        ("fcntl", (1, 8), "EPERM"),
        ("fcntl", (1, 1039), "EINVAL"),
        ("ioctl", (1, 0x5401), "allow"),
        ("ioctl", (1, 0x5412), "EPERM"),
        ("ioctl", (1, 0x5412 | 2**32), "EPERM"),
    ],
)
def test_arguments_decide(machine: str, arch: int, name: str, args: tuple[int, ...], wanted: str) -> None:
    program = seccomp.program(machine, 4242)
    assert verdict(program, arch, syscalls.judged(machine)[name], args) == wanted


@pytest.mark.parametrize(("machine", "arch"), MACHINES)
def test_a_first_process_ends_itself_by_the_filter(machine: str, arch: int) -> None:
    program = seccomp.program(machine, 1)
    calls = syscalls.judged(machine)
    assert verdict(program, arch, calls["kill"], (1, signal.SIGKILL)) == "kill"
    assert verdict(program, arch, calls["tgkill"], (1, 1, signal.SIGKILL)) == "kill"
    assert verdict(program, arch, calls["tgkill"], (1, 2, signal.SIGTERM)) == "allow"
    assert verdict(program, arch, calls["kill"], (2, signal.SIGKILL)) == "EPERM"


@pytest.mark.parametrize(
    ("machine", "header", "pattern"),
    [
        ("x86_64", X86_64_HEADER, r"#define __NR_(\w+) (\d+)"),
        ("aarch64", GENERIC_HEADER, r"#define __NR(?:3264)?_(\w+)\s+(\d+)"),
    ],
)
def test_the_table_agrees_with_the_headers(machine: str, header: Path, pattern: str) -> None:
    if not header.exists():
        pytest.skip(f"this machine has no {header}")
    known = {name: int(number) for name, number in re.findall(pattern, header.read_text())}
    known.pop("syscalls", None)  # how many there are
    known.setdefault("newfstatat", known.get("fstatat", 0))  # its name for 32 bits, in the generic header
    newest = max(number for number in known.values() if number < 1000)
    for name, number in _all_calls(machine).items():
        if number <= newest:
            assert known.get(name) == number, name
