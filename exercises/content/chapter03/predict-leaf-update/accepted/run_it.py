# why: Runs the program instead of thinking about it; for a file that is fair.
import torch


def predict(start, target, lr):
    w = torch.tensor(start, requires_grad=True)
    ((w - target) ** 2).backward()
    w = w - lr * w.grad
    answers = [w.is_leaf, w.requires_grad, w.grad_fn is not None]
    for grad in (None, torch.zeros(())):
        p = torch.tensor(start, requires_grad=True)
        optimizer = torch.optim.SGD([p], lr=lr, momentum=0.9)
        ((p - target) ** 2).backward()
        optimizer.step()
        p.grad = grad
        before = p.item()
        optimizer.step()
        answers.append(p.item() != before)
    return tuple(answers)
