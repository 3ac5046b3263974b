"""The options that the kit adds to pytest.

They stand apart from the plugin, without an import, because pytest has to know them before it reads a
conftest.py: it takes the value of an option that it does not know for a path to collect, and looks there
for the configuration. An installed kit registers this module with pytest (see pyproject.toml); in a folder
where nothing is installed, conftest.py does, and paths outside have to be given as `--submission=PATH`.
"""

from typing import Any

DEFAULT_SUBMISSION = "assignments"


def pytest_addoption(parser: Any) -> None:
    group = parser.getgroup("grader")
    group.addoption(
        "--submission",
        metavar="PATH",
        default=DEFAULT_SUBMISSION,
        help="what to grade: a folder with NN_name/name.py or name.py in it, or one module's file "
        "(default: assignments; `reference` grades the answer key)",
    )
    group.addoption("--seed-base", metavar="TEXT", default=None, help="repeat a run's random draws")
    group.addoption(
        "--replay", action="store_true", help="run the tests on the examples on which they failed last time"
    )
    group.addoption(
        "--device",
        choices=("cpu", "cuda", "mps", "pretend"),
        default="cpu",
        help="where the tensors of the work that is graded live. `pretend`: on the CPU, but what would be a mistake on "
        "a GPU is one (default: cpu)",
    )
    group.addoption(
        "--tier",
        choices=("T0", "T1", "T2", "T3"),
        default="T0",
        help="walls around the work that is tested: T1 to T3, as when a class is graded, or T0 for none (default: T0)",
    )
    group.addoption("--replay-record", metavar="FILE", help="replay what the record of a grading saw instead")
