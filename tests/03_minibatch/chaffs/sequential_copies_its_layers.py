"""The layers are copied, so the model does not train the layers that it was given.

root: SequentialModel
band: core
advice: Keep the layers themselves: whoever made them may hold on to one, or share it with another model.
"""

import copy


class SequentialModel(SequentialModel):
    def __init__(self, layers):
        super().__init__(copy.deepcopy(list(layers)))
