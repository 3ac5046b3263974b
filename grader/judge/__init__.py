"""One submission graded: the suite is collected once and stays warm; a submission costs a fork.

`client` is what the classroom talks to, `pool` keeps one for the next grading, `server` is the warm process, and
`submission` is what happens in a fork of it.
"""
