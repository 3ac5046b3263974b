"""Work inside a notebook: `check("logsumexp")` tests what the kernel has defined and shows the result, and `join` makes
other units importable. Importing this package is cheap; `check` loads torch.
"""
