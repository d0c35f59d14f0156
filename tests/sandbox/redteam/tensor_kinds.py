# attack: tensors that have no bytes to send: meta, sparse, quantized, nested
# layer: values
# outcome: ok
import torch

kinds = [
    lambda x: torch.empty(x.shape, device="meta", dtype=x.dtype),
    lambda x: (x * 2).to_sparse(),
    lambda x: torch.nested.nested_tensor([x, x]),
]


def double(x):
    return kinds[x.dim() % 3](x)
