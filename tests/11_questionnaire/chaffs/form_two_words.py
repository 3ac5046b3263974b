"""The text consists of two words.

root: q08_analogy
band: core
advice: A few sentences: the analogy, what stands for what, and an example.
"""


def q08_analogy():
    return "A ball."
