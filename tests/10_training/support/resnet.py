"""Cases, strategies and checks of test_resnet.py."""

import torch

from grader.suite import Mismatch


def trained(student):
    device = student.device
    generator = torch.Generator().manual_seed(0)
    images = torch.rand(16, 3, 32, 32, generator=generator)
    data = {
        "x_train": images,
        "y_train": torch.arange(16) % 10,
        "x_valid": images,
        "classes": 10,
        "budget": 16,
    }
    snippet = (
        f"model = train_resnet(data, seed=1, device={device!r})  # data: 16 images of 3 × 32 × 32, budget 16"
    )
    seen = student.run("train", "train_resnet", data, 1, device, as_python=snippet)
    model = seen["models"].get("", {"kind": "no model"})
    if model["kind"] != "nn.Module":
        raise Mismatch(f"train_resnet has to return a trained nn.Module, but returned a {model['kind']}")
    if model["shape"] != [16, 10]:
        raise Mismatch(
            f"train_resnet's model gives {model['shape']} for 16 images of 10 classes, expected [16, 10]"
        )
    return seen
