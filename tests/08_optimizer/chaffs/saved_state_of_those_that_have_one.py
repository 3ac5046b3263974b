"""Only states that hold something are saved, so after a parameter without one they go to the wrong parameters.

root: Optimizer
band: robust
advice: Save a state for each parameter, in order, an empty one where there is nothing.
"""


class Optimizer(Optimizer):
    def state_dict(self):
        saved = super().state_dict()
        return {**saved, "state": [state for state in saved["state"] if state]}

    def load_state_dict(self, saved):
        missing = len(self.state) - len(saved["state"])
        super().load_state_dict({**saved, "state": saved["state"] + [{}] * missing})
