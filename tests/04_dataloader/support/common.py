"""Cases, strategies and checks of several tests."""


def sampler_code(batches: list[list[int]]) -> str:
    return "[" + ", ".join(f"torch.tensor({batch})" for batch in batches) + "]"


def items_of(batch: list[int]) -> list[tuple[str, str]]:
    return [(f"x{i}", f"y{i}") for i in batch]
