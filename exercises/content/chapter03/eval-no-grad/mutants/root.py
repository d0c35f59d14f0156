# misconception: other-loss
# fails: test_value, test_plain_float, test_recording_off, test_mode_restored, test_model_raises, test_model_untouched, test_one_forward, test_other_sizes
import torch


@torch.no_grad()
def evaluate(model, X, y):
    was_training = model.training
    model.eval()
    try:
        return ((model(X) - y) ** 2).mean().sqrt().item()
    finally:
        model.train(was_training)
