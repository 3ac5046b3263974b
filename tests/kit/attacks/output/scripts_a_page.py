"""Puts a script into its message, which a page would run.

without walls: it is printed
behind walls: error
"""


def double(x):
    raise ValueError("grader-attack </pre></script><script>alert(1)</script><img src=x onerror=alert(1)><svg/onload=alert(1)>")
