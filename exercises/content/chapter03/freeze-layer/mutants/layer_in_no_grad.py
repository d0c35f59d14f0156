# misconception: cuts-path
# fails: test_other_layers, test_frozen_layer, test_momentum, test_leftover_gradients, test_flags_restored, test_no_wasted_gradient, test_unfrozen_again, test_any_layer, test_float32
import torch


def step_frozen(model, i, opt, X, y):
    opt.zero_grad()
    h = X
    for number, layer in enumerate(model):
        if number == i:
            with torch.no_grad():
                h = layer(h)
        else:
            h = layer(h)
    loss = ((h - y) ** 2).mean()
    if loss.requires_grad:
        loss.backward()
    opt.step()
