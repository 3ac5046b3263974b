"""set_runner copies what the runner holds at that time, so in a second fit the callback reads values of the first.

root: Callback
band: robust
advice: Keep the runner, and read from it each time. A copied value does not change any more.
"""


def set_runner(self, run):
    self.run = run
    for name, value in vars(run).items():
        self.__dict__.setdefault(name, value)


Callback.set_runner = set_runner
