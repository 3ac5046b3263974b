"""Cases, strategies and checks of test_stretch.py."""


def linear(n_in: int, n_out: int, **options) -> list:
    return ["Linear", {"in_features": n_in, "out_features": n_out, **options}]


def conv(n_in: int, n_out: int) -> list:
    return ["Conv2d", {"in_channels": n_in, "out_channels": n_out, "kernel_size": 3}]


def sequence(*layers: list) -> list:
    return ["Sequential", {}, [[str(i), layer] for i, layer in enumerate(layers)]]
