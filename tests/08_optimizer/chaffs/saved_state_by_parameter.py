"""The state is saved by parameter, so an optimizer of other parameters, those of a model made anew, finds nothing.

root: Optimizer
band: robust
advice: The parameters are not the same objects when training is resumed. Their order is.
"""


class Optimizer(Optimizer):
    def state_dict(self):
        state = {p: copy.deepcopy(state) for p, state in self.state.items()}
        return {"state": state, "hypers": copy.deepcopy(self.hypers)}

    def load_state_dict(self, saved):
        self.hypers = copy.deepcopy(saved["hypers"])
        self.state = {p: copy.deepcopy(saved["state"].get(p, {})) for p in self.state}
