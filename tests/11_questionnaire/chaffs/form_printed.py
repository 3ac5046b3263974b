"""The prediction is printed and not returned.

root: p7_dropout
band: core
advice: Return the text: what a function prints is not its answer.
"""


def p7_dropout():
    print("[0.0, 2.0]")
    print("[1.0, 1.0, 1.0]")
