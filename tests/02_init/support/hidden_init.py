"""Cases, strategies and checks of test_hidden_init.py."""

from hypothesis import strategies as st

KINDS = ["Linear", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"]


@st.composite
def models(draw: st.DrawFn) -> list:
    """A tree of containers over layers of every kind."""
    kind = draw(st.sampled_from([*KINDS, "Holder", "ModuleList", "Sequential", "BatchNorm1d", "Embedding"]))
    if kind in ("Holder", "ModuleList", "Sequential"):
        return [kind, {}, [[f"part{i}", part] for i, part in enumerate(draw(st.lists(models(), max_size=3)))]]
    one, two = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    if kind == "BatchNorm1d":
        return [kind, {"num_features": one}]
    if kind == "Embedding":
        return [kind, {"num_embeddings": one, "embedding_dim": two}]
    options = {"bias": draw(st.booleans())}
    if kind == "Linear":
        return [kind, {"in_features": one, "out_features": two, **options}]
    return [
        kind,
        {"in_channels": one, "out_channels": two, "kernel_size": draw(st.integers(1, 3)), **options},
    ]
