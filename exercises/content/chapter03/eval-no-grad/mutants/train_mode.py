# misconception: no-eval
# fails: test_value, test_plain_float, test_recording_off, test_mode_restored, test_model_raises, test_model_untouched, test_one_forward, test_other_sizes
import torch


def evaluate(model, X, y):
    was_training = model.training
    model.train()
    try:
        with torch.no_grad():
            return ((model(X) - y) ** 2).mean().item()
    finally:
        model.train(was_training)
