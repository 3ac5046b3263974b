"""Work inside a notebook: `check("logsumexp")` judges what the kernel has defined, and shows how it went; `join` brings
in what other units define.
"""
