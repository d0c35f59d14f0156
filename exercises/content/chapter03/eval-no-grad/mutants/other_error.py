# misconception: swallows-error
# fails: test_model_raises
import torch


def evaluate(model, X, y):
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            return ((model(X) - y) ** 2).mean().item()
    except Exception as error:
        raise RuntimeError("evaluation failed") from error
    finally:
        model.train(was_training)
