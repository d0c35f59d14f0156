# misconception: freezes
# fails: test_recording_off, test_model_raises, test_model_untouched


def evaluate(model, X, y):
    was_training = model.training
    model.eval()
    for p in model.parameters():
        p.requires_grad_(False)
    try:
        return ((model(X) - y) ** 2).mean().item()
    finally:
        model.train(was_training)
