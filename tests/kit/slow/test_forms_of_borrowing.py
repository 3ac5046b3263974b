"""A unit's function that is the library's, in every form that it can take: no form earns a point.

With the guard off the same forms earn points (`-s` shows the table), so that it is the guard which tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from support import ROOT, command, needs_walls, records_in, write_files
from support.borrowing import ALL_FORMS, CLASSES, HELPER, Loan, in_text
from support.guard_off import off_guard
from support.sliced_course import write_slice

F = "torch.nn.functional"
LOANS = {
    "01_softmax": (
        Loan("logsumexp", "torch", "logsumexp", "torch.ops.aten.logsumexp"),
        Loan("log_softmax", F, "log_softmax", "torch.ops.aten.log_softmax"),
        Loan("nll", F, "nll_loss", "torch._C._nn.nll_loss"),
        Loan("cross_entropy", F, "cross_entropy", "torch.ops.aten.cross_entropy_loss"),
    ),
    "02_init": (
        Loan("fans", "torch.nn.init", "_calculate_fan_in_and_fan_out"),
        Loan("kaiming_normal_", "torch.nn.init", "kaiming_normal_"),
        Loan("kaiming_uniform_", "torch.nn.init", "kaiming_uniform_"),
        Loan("orthogonal_", "torch.nn.init", "orthogonal_"),
    ),
    "03_minibatch": (Loan("Optimizer", "torch.optim", "SGD", is_class=True),),
    "04_dataloader": (
        Loan("Dataset", "torch.utils.data", "TensorDataset", is_class=True),
        Loan("collate", "torch.utils.data", "default_collate"),
    ),
    "08_optimizer": (Loan("SGD", "torch.optim", "SGD", is_class=True),),
    "11_questionnaire": (Loan("l07_nll_lookup", F, "nll_loss", "torch.ops.aten.nll_loss"),),
}


def earned(course: Path, unit: str, folder: Path) -> Mapping[str, Mapping[str, int]]:
    """Grade the unit's loans in every form: form → function → points that it earns."""
    loans = LOANS[unit]
    stub = next((ROOT / "assignments" / unit).glob("*.py"))
    files: dict[str, str] = {}
    for form in ALL_FORMS:
        text, helper = in_text(loans, form)
        files |= {f"{form}/{stub.name}": stub.read_text() + text}
        if form == "helper_module":
            files |= {f"{form}/{HELPER}": helper}
    works, out = write_files(folder / "works", files), folder / "out"
    done = command("grade", works, "--unit", unit, "--out", out, "--tier", "T1", cwd=course)
    assert done.returncode == 0, done.stderr[-3000:]
    records = records_in(out)
    assert set(records) == set(ALL_FORMS)
    return {
        form: {
            loan.name: sum(t["earned"] for t in records[form]["tests"] if t["of"] == loan.name)
            for loan in loans
            if loan.in_form(form)
        }
        for form in ALL_FORMS
    }


@needs_walls
@pytest.mark.parametrize("unit", LOANS)
def test_no_form_earns_a_point(tmp_path: Path, unit: str) -> None:
    names = [loan.name for loan in LOANS[unit]]
    with_guard = earned(write_slice(tmp_path / "course", names, unit), unit, tmp_path / "with")
    without = earned(off_guard(write_slice(tmp_path / "open", names, unit), unit), unit, tmp_path / "without")
    for form, points in with_guard.items():
        print(f"{unit} {form}: with the guard {dict(points)}, without {dict(without[form])}")
    assert {form: points for form, points in with_guard.items() if any(points.values())} == {}
    worthless = [form for form in ALL_FORMS if without[form] and not any(without[form].values())]
    assert set(worthless) <= {*CLASSES, "cached"}, (
        "these forms don't work"
    )  # a list of parameters has no hash
