# why: Picks the element with a mask.
import torch


def numgrad(f, x, eps=1e-6):
    places = torch.arange(x.numel()).reshape(x.shape)

    def slope(i):
        mask = (places == i).to(x.dtype)
        return (f(x + mask * eps) - f(x - mask * eps)).item() / (2 * eps)

    return torch.zeros_like(x).copy_(torch.tensor([slope(i) for i in range(x.numel())], dtype=x.dtype).view_as(x))
