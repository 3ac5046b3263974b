"""Writes a file into the machine's temporary folder.

without walls: a file is left
behind walls: error
"""


def double(x):
    with open("/tmp/grader-attack-file", "w") as file:
        file.write("written from a submission")
    return 2 * x
