import torch


def train(params, loss_fn, lr, steps):
    """Train by plain gradient descent and return the loss of every step.

    params   list of leaf tensors with requires_grad=True, to be updated in place
    loss_fn  call it without arguments: the scalar loss for the parameters' present values
    lr       learning rate
    steps    number of steps
    """
    losses = []
    for step in range(steps):
        loss = loss_fn()
        # 1. Clear the gradients. Careful: before the first backward, .grad may be None.
        # 2. Compute the new gradients.
        # 3. Update every parameter in place, without recording the update in the graph.
        # 4. Remember this step's loss as a plain number.
    return losses
