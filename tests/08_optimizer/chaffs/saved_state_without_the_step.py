"""Only the tensors of the state are saved, so the count of steps starts anew and debiasing with it.

root: Optimizer
band: robust
advice: All that callbacks returned is part of the state, numbers too.
"""


class Optimizer(Optimizer):
    def state_dict(self):
        saved = super().state_dict()
        tensors = [{k: v for k, v in state.items() if torch.is_tensor(v)} for state in saved["state"]]
        return {**saved, "state": tensors}
