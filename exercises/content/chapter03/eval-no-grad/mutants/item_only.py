# misconception: graph-recorded
# fails: test_recording_off


def evaluate(model, X, y):
    was_training = model.training
    model.eval()
    try:
        return ((model(X) - y) ** 2).mean().item()
    finally:
        model.train(was_training)
