"""Every row is looked up at every target.

root: l07_nll_lookup
band: core
advice: A slice for the rows combines each row with all targets: give the number of the row to each target.
"""


def l07_nll_lookup(log_probs, target):
    return -log_probs[:, target].mean()
