# why: A generator whose passes name x as their input.
import torch


def three_reads(x):
    z = torch.square(torch.add(x, 1))

    def passes():
        for k in range(3):
            if k == 2:
                x.grad *= 0
            torch.autograd.backward([z], retain_graph=True, inputs=[x])
            yield x.grad.tolist()

    return list(passes())
