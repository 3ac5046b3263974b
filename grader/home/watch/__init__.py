"""`grader watch`: a student's tests run at every save, in a warm process that the student's code can't take down.

Three processes: the front (this command) looks for saves, reads keys and draws, and runs no code of a student. A worker
has collected the tests and runs them. A spare one warms up meanwhile, and takes over when the worker dies or hangs.
"""
