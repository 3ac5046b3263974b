"""The program of a worker: `python -m grader.home.watch.worker COURSE`, with orders on its standard input."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import NoReturn

from grader.course import Course
from grader.home.watch.prints import own_channels


def main() -> NoReturn:
    orders, reports = own_channels()  # before an import can print
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the front
    from grader.home.watch.working import Worker  # torch and pytest: seconds

    Worker(Course(Path(sys.argv[1])), orders, reports).work()


if __name__ == "__main__":
    main()
