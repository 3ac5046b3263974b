"""Cases, strategies and checks of test_hidden_answers.py."""


def squeezed(text):
    return " ".join(text.split())
