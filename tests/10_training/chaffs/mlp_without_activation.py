"""There is no activation between the two linear layers, so that they are one.

root: train_mlp
band: core
advice: Without an activation a second layer adds nothing: put nn.ReLU between them.
"""


def mlp(data):
    pixels = data.x_train[0].numel()
    model = SequentialModel([nn.Flatten(), nn.Linear(pixels, 50), nn.Linear(50, data.classes)])
    init_model_(model)
    return model
