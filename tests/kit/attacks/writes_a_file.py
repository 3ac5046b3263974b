import os
import tempfile


def nll(log_probs, target):
    with open(os.path.join(tempfile.gettempdir(), "grader-attack-was-here"), "w") as file:
        file.write("written from a submission")
    return -log_probs[range(len(target)), target].mean()
