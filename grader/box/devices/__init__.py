"""Where a submission's tensors live: the CPU, a GPU, or a device that is only pretended."""
