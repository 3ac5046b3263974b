"""One counter counts the calls for all parameters, so the second parameter makes its first step as number 2.

root: step_stat
band: core
advice: Count from the step that you are given: the optimizer keeps one for each parameter.
"""

calls = 0


def step_stat(p, step=0, **kwargs):
    global calls
    calls += 1
    return {"step": calls}
