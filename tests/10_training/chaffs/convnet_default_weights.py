"""The convolutions keep the weights that torch gives them, which are 2.4 times as small as Kaiming's.

root: train_convnet
band: core
advice: torch's default is a historical accident (unit 02). Call init_model_ when the network is made.
"""


def convnet(data):
    c = data.x_train.shape[1]
    convs = [nn.Conv2d(a, b, 3, stride=2, padding=1) for a, b in ((c, 16), (16, 32), (32, 64))]
    layers = [layer for conv in convs for layer in (conv, nn.ReLU())]
    return SequentialModel([*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, data.classes)])
