import torch


def step_frozen(model, i, opt, X, y):
    """One optimizer step on the mean squared error in which layer i does not change.

    model  nn.Sequential
    i      number of the layer to freeze, from 0
    opt    optimizer over all parameters of the model
    """
    # 1. Freeze the parameters of model[i]. When, and how does the gradient still pass through?
    # 2. Old gradients must not count, least of all those of layer i.
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    opt.step()
    # 3. Leave every flag as you found it.
