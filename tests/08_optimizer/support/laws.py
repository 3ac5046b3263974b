"""Cases, strategies and checks of test_laws.py."""

from hypothesis import strategies as st

from grader.suite import assert_close

from . import trajectories

magnitudes = st.sampled_from([1.0, 1e-6, 1e4, 0.25])
nonzero = st.builds(
    lambda k, size, sign: k * size * sign, st.integers(1, 9), magnitudes, st.sampled_from([1, -1])
)


def run(student, problem, **options):
    """All parameters after each step."""
    return student.run("trajectory", problem, as_python=trajectories.as_code(problem), **options)["values"]


def constant(student, name, g, steps, hypers, move):
    """Under the constant gradient g, step number t has to move the parameter by move(t)."""
    values = run(student, trajectories.problem(name, [[0.0]], [[[g]]] * steps, hypers))
    expected = 0.0
    for k, (p,) in enumerate(values, 1):
        expected += move(k)
        assert_close(
            p,
            trajectories.f64([expected]),
            what=f"after step {k} with gradient {g:g} each time, a",
            atol=1e-9,
        )


def scaled(student, data, scale, name):
    grads = data.draw(st.lists(st.tuples(nonzero, nonzero), min_size=1, max_size=4))
    hypers = {"lr": 0.1, "eps": 0.0}
    one = trajectories.problem(name, [[0.0], [0.0]], [[[g], [h]] for g, h in grads], hypers)
    other = trajectories.problem(name, [[0.0], [0.0]], [[[g * scale], [h * scale]] for g, h in grads], hypers)
    trajectories.check_values(
        run(student, other), run(student, one), one, f"with gradients {scale:g} times as large, "
    )
