"""The devices that a submission's tensors can live on: the CPU, a GPU, or one that is only pretended.

`device.Device` is used beside a submission. `gpus.Target` and `gpus.target` are for commands, which start without
torch: so this package imports nothing by itself.
"""
