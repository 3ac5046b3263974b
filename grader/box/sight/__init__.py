"""The means by which the guard sees: torch's operators, threads from their start, numpy's functions, and the stack"""
