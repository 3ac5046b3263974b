"""A worker at work: it takes orders from one stream, runs tests in its main thread, and reports on another stream.

It ends with the stream of orders. The main thread is where the time limit can reach the student's code.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import os
import queue
import sys
import threading
import time
from typing import BinaryIO, NoReturn

from grader.course import Course, CourseError
from grader.home.watch import messages
from grader.home.watch.prints import Prints, silence_errors
from grader.home.watch.running import UnitTests
from grader.home.watch.timed_box import Calls

_PULSE = 0.25  # seconds
# Seconds beyond a unit's limit after which a worker ends that nobody ends: its front was killed, and C code holds on.
_ALONE = 60
_MOST_RUNS = 50  # each leaves a little behind: a module, a thread that waits


class Worker:
    """Does what it is ordered to, one order after the other."""

    def __init__(self, course: Course, orders: BinaryIO, reports: BinaryIO) -> None:
        self._course = course
        self._collected: dict[str, UnitTests] = {}
        self._orders: queue.Queue[messages.AnyOrder] = queue.Queue()
        self._reports = reports
        self._sending = threading.Lock()
        self._calls: Calls | None = None  # of the run that is going on
        self._runs = 0
        self._pid = os.getpid()
        self._prints = Prints()
        threading.Thread(target=self._listen, args=(orders,), name="grader-orders", daemon=True).start()

    def work(self) -> NoReturn:
        while True:
            match self._orders.get():
                case messages.Collect(unit):
                    self._prepare(unit)
                case messages.Run() as order:
                    self._run(order)

    def _listen(self, orders: BinaryIO) -> None:
        for line in orders:
            order = messages.order_of(line)
            if isinstance(order, messages.Stop):
                if self._calls:
                    self._calls.stopped = True
            else:
                self._orders.put(order)
        os._exit(0)

    def _send(self, report: messages.Report) -> None:
        if os.getpid() != self._pid:  # the student's code has forked: there is one run
            os._exit(0)
        with self._sending:
            try:
                self._reports.write(messages.to_line(report))
            except (OSError, ValueError):  # nobody listens, or the student's code has closed the channel
                os._exit(1)

    def _prepare(self, name: str) -> None:
        try:
            unit = self._course.unit(name)
            if name not in self._collected:
                self._collected[name] = UnitTests(self._course, unit)
        except CourseError as error:
            return self._send(messages.Uncollectable(str(error)))
        silence_errors()
        gc.collect()
        gc.freeze()  # what is here stays: no collection has to look at it again
        self._send(messages.Ready(name, self._collected[name].described()))

    def _run(self, order: messages.Run) -> None:
        sys.dont_write_bytecode = (
            True  # Python takes an old one for the new if both were saved in the same second
        )
        tests = self._collected[order.unit]
        calls = self._calls = Calls(tests.unit.limits.test_cpu_seconds)
        over = threading.Event()
        arguments = (calls, tests.unit.limits.test_cpu_seconds + _ALONE, over)
        pulse = threading.Thread(target=self._pulse, args=arguments, name="grader-pulse", daemon=True)
        pulse.start()
        try:
            marked = tests.run(order, self._send, calls, self._prints)
        except BaseException as error:  # KeyboardInterrupt and what else ends a program
            self._send(messages.Ended(f"{type(error).__name__}: {error}".strip(": ")[:300]))
            os._exit(1)
        finally:
            self._calls = None
            over.set()
            pulse.join()
            faulthandler.cancel_dump_traceback_later()
        self._runs += 1
        self._send(messages.Done(marked or calls.interrupted or self._runs >= _MOST_RUNS))

    def _pulse(self, calls: Calls, alone: float, over: threading.Event) -> None:
        armed = 0.0
        while not over.wait(_PULSE):
            if time.monotonic() - armed > 5:
                armed = time.monotonic()
                with contextlib.suppress(RuntimeError, ValueError, OSError):
                    faulthandler.dump_traceback_later(alone, exit=True, file=1)
            overdue = calls.overdue()
            self._send(messages.Stuck(*overdue) if overdue else messages.Pulse())
