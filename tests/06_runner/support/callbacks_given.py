"""Cases, strategies and checks of test_callbacks_given.py."""


def have(names: list[str], found: list) -> str:
    missing = [name for name, there in zip(names, found, strict=True) if there != name]
    return f"runner.{missing[0].lower()} is not the {missing[0]}" if missing else ""
