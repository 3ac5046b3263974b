"""Cases, strategies and checks of test_lr_finder.py."""

from grader.suite import assert_close, require


def check_sweep(
    got: dict, losses: list[float], n: int, start: float, end: float, num_it: int, story: str
) -> None:
    """n batches were swept, with a constant factor between their lr, which are those of the steps."""
    lrs, seen = got["lrs"], got["losses"]
    require(got["calls"] == n, f"{story}{got['calls']} training batches were run, expected {n}")
    for name, values in (("lrs", lrs), ("losses", seen)):
        require(len(values) == n, f"{story}{name} has {len(values)} entries, expected {n}")
    require(got["eval"] == 0, f"{story}the model was called in eval mode, expected no validation")
    # Whether the last of num_it is the end itself, or one factor short of it, is not asked of the first entries.
    factors = [(end / start) ** (1 / k) for k in (max(num_it - 1, 1), num_it)]
    best = min(factors, key=lambda f: abs(lrs[1] - start * f)) if n > 1 else 1.0
    for k, lr in enumerate(lrs):
        due = start * best**k
        assert_close(lr, due, what=f"{story}lrs[{k}]", atol=1e-5 * due)
    for k, lr in enumerate(got["stepped"]):
        assert_close(
            lr,
            lrs[k],
            what=f"{story}the lr of step {k}, for which lrs has another one,",
            atol=1e-9 + 1e-6 * lrs[k],
        )
    require(len(got["stepped"]) >= n - 1, f"{story}{len(got['stepped'])} steps were taken in {n} batches")
    for k, (value, loss) in enumerate(zip(seen, losses, strict=False)):
        assert_close(
            value, loss, what=f"{story}losses[{k}]", atol=1e-5 * (1 + abs(loss)) if loss == loss else 0
        )
