"""The schedule that stays at start jumps to end at position 1.

root: sched_no
band: core
advice: It stays at start all the way, and end has no say, at position 1 neither.
"""


@annealer
def sched_no(start, end, pos):
    return start if pos < 1 else end
