"""Cases, strategies and checks of test_names.py."""

from grader.suite import require


def check_copy(student, how):
    call = "pickle.loads(pickle.dumps(callback))" if how == "pickle" else f"copy.{how}(callback)"
    code = f"import copy, pickle\ncallback = Callback(); callback.speed = [3]\n{call}.speed"
    got = student.run("copied", how, as_python=code)
    require(got["class"] == "Callback", f"{call} is a {got['class']}")
    require(got["speed"] == [3], f"{call}.speed is {got['speed']!r}, expected the original's, [3]")
    shallow = how == "copy"
    require(shallow or not got["shared"], f"{call}.speed is the original's list itself, expected another one")
    require(
        got["epoch"] == 5,
        f"after set_runner, the copy reads epoch {got['epoch']!r}, expected its runner's, 5",
    )
    require(
        got["original"] == "AttributeError",
        f"set_runner of the copy gave the original a runner, too: its epoch is {got['original']!r}",
    )
