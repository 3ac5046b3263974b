"""The optimizer counts steps for all parameters, so one that joins late is debiased as if it were old.

root: Optimizer
band: robust
advice: A parameter's averages are as old as the steps it took itself: leave the counting to step_stat.
"""


class Optimizer(Optimizer):
    def step(self):
        before = max((state.get("step", 0) for state in self.state.values()), default=0)
        for p, state in self.state.items():
            if p.grad is not None and before:
                state["step"] = before
        super().step()
