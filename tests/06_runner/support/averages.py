"""Cases, strategies and checks of test_averages.py."""

from grader.suite import assert_close, require

METRICS = {
    "first": lambda pred, yb: pred,
    "second": lambda pred, yb: yb,
    "mean of pred - 2 yb": lambda pred, yb: pred - 2 * yb,
    "as a float": lambda pred, yb: pred * yb,
}


def averages(metrics: list[str], items: list[list[list[float]]]) -> list[float]:
    """[loss, *metrics] over the items of all batches, the loss being (pred - yb)²."""
    pairs = [pair for pred, yb in items for pair in zip(pred, yb, strict=True)]
    values = [lambda pred, yb: (pred - yb) ** 2, *(METRICS[name] for name in metrics)]
    return [sum(value(*pair) for pair in pairs) / len(pairs) for value in values]


def check(got, metrics: list[str], items, what: str) -> None:
    """`got` is [loss, *metrics] of those items."""
    sizes = ", ".join(str(len(pred)) for pred, _ in items)
    what = f"after batches of {sizes} items, {what}"
    expected = averages(metrics, items)
    many = f"{len(metrics)} metrics" if len(metrics) != 1 else "one metric"
    require(
        isinstance(got, (list, tuple)) and len(got) == len(expected),
        f"{what} with {many} is {got}, expected a list of {len(expected)}: the loss and each metric",
    )
    for k, (one, due) in enumerate(zip(got, expected, strict=True)):
        name = f"{what}[{k}], {f'the metric {metrics[k - 1]!r}' if k else 'the loss'},"
        assert_close(one, due, what=name, scale=64, atol=1e-5)


def check_rows(rows: list, fits: list, metrics: list[str]) -> None:
    for row, ((f, e), parts) in zip(
        rows, (((f, e), parts) for f, fit in enumerate(fits) for e, parts in enumerate(fit)), strict=True
    ):
        at = f" after epoch {e}" + (f" of fit {f + 1}" if f else "")
        for half, items in zip(("train", "valid"), parts, strict=True):
            check(row[half], metrics, items, f"{half}_stats.avg_stats{at}")
