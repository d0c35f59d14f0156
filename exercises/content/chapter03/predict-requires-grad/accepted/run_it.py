# why: Runs the operations instead of thinking about them; for a file that is fair.
import torch


def predict(x, c):
    x = torch.tensor([x, 0.5, 2.0], requires_grad=True)
    c = torch.tensor([c, 1.0, 3.0])
    product = x * c
    results = [product, c * 2, x > 0, x.argmax(), x.round(), product.detach()]
    with torch.inference_mode():
        results.append(x * c)
    return tuple(result.requires_grad for result in results)
