# why: Detaches the input and the output of the target.
import torch


def consistency(f, x, noise):
    @torch.no_grad()
    def target():
        return f(x.detach()).clone()

    goal = target()
    return torch.nn.MSELoss()(f(x + noise), goal)
