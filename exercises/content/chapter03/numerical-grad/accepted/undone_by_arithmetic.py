# why: +eps, −2·eps, +eps comes back to a few roundings; being off in the last bit is worth advice only.
import torch


@torch.no_grad()
def numgrad(f, x, eps=1e-6):
    flat = x.reshape(-1)
    slopes = []
    for i in range(flat.numel()):
        flat[i] += eps
        up = float(f(x))
        flat[i] -= 2 * eps
        down = float(f(x))
        flat[i] += eps
        slopes.append((up - down) / (2 * eps))
    return torch.tensor(slopes, dtype=x.dtype).reshape(x.shape)
