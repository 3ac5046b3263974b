"""One submission graded: the suite is collected once and stays warm; a submission costs a fork.

`client` is what the classroom talks to, `server` the warm process, `grading` what happens in a fork of it,
`record` what is kept.
"""
