"""`grader watch` in a bundle of real units, as a student starts it."""

from __future__ import annotations

from pathlib import Path

from support import UNIT, command
from support.watching import piped


def test_a_unit_of_a_students_bundle(tmp_path: Path, answer_key: str) -> None:
    bundle = tmp_path / "bundle"
    assert command("release", "--no-notebooks", bundle).returncode == 0
    module = bundle / "assignments" / UNIT / "softmax.py"
    stub = module.read_text(encoding="utf-8")
    naive = (
        "\n\ndef logsumexp(x, dim=-1, keepdim=False):\n    return x.exp().sum(dim, keepdim=keepdim).log()\n"
    )
    with piped(bundle, env={"PYTHONPATH": str(bundle)}) as watching:
        assert f"== {UNIT}: softmax.py\n48 not written yet\n" in watching.until("next: naive_log_softmax")
        module.write_text(answer_key, encoding="utf-8")
        assert "48 passed" in watching.until("Open assignments/02_init/init.py")
        module.write_text(answer_key + naive, encoding="utf-8")
        printed = watching.until("Open assignments")
        failure = printed.partition("✗ failed: logsumexp(x)[i] = log Σⱼ exp x[i, j]")[2].partition("✗")[0]
        assert "The smallest example found:" in failure and "logsumexp(torch.tensor(" in failure
        assert "next: logsumexp" in printed
        module.write_text(answer_key + "\n# right again\n", encoding="utf-8")
        assert "77 of 77 points" in watching.until("Open assignments/02_init/init.py")
        module.write_text(stub, encoding="utf-8")
        assert "48 not written yet" in watching.until("next: naive_log_softmax")
