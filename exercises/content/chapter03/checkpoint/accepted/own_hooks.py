# why: Saved tensors are packed as numbers; the first one that is asked for runs the block again.
import torch


def again(block, x):
    state = torch.get_rng_state()
    kept, count = [], [0]

    def pack(tensor):
        count[0] += 1
        return count[0] - 1

    def unpack(number):
        if not kept:
            with torch.random.fork_rng(devices=[]), torch.enable_grad():
                torch.set_rng_state(state)
                with torch.autograd.graph.saved_tensors_hooks(kept.append, lambda t: t):
                    block(x)
        tensor, kept[number] = kept[number], None
        if all(item is None for item in kept):
            kept.clear()
        return tensor.detach()

    with torch.autograd.graph.saved_tensors_hooks(pack, unpack):
        return block(x)


def forward(blocks, x):
    for block in blocks:
        x = again(block, x)
    return x
