"""One submission graded: the suite is collected once and stays warm; a submission costs a fork.

`client` is what the classroom talks to, `pool` keeps one for the next grading, `server` is the warm process, `fork`
a fork of it for one job, and `submission` grades there.
"""
