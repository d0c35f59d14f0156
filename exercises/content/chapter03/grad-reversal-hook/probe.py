"""Uses reverse() in small graphs and reports values and gradients."""

import torch

import submission


def forward(x, lam):
    return submission.reverse(_leaf(x), lam).detach()


def branch(x, upstream, lam):
    """The result, and x.grad for a given upstream gradient; x is a leaf."""
    x = _leaf(x)
    before = x.detach().clone()
    y = submission.reverse(x, lam)
    y.backward(upstream)
    kept = torch.equal(x.detach(), before) and x.requires_grad and x.is_leaf
    return {"y": y.detach(), "grad": x.grad, "kept": kept}


def network(x, a, lam):
    """x is computed from a leaf and the result is used twice, beside a second and third use of x."""
    leaf = _leaf(x)
    h = torch.tanh(leaf * a)
    early = (h**2).sum()
    y = submission.reverse(h, lam)
    late = (h * a).sum() * 3
    (torch.sin(y) * a + y**2).sum().add(early + late).backward()
    return {"y": y.detach(), "grad": leaf.grad}


def only_other(x, a, lam):
    """reverse() is called, but its result isn't used."""
    leaf = _leaf(x)
    unused = submission.reverse(leaf, lam)
    (leaf * a).sum().backward()
    return {"grad": leaf.grad, "y": unused.detach()}


def both(x, a, lam):
    """One leaf, one ordinary branch before and one after."""
    leaf = _leaf(x)
    before = (leaf * a).sum()
    y = submission.reverse(leaf, lam)
    after = (leaf**3).sum()
    ((y * a).sum() * 2 + before + after).backward()
    return {"grad": leaf.grad, "y": y.detach()}


def two_branches(x, lam):
    """The statement's second example."""
    x = _leaf(x)
    (5 * submission.reverse(x, lam) + 4 * x).backward()
    return x.grad


def shared_upstream(x, other, upstream, lam):
    """y + other: the addition hands one and the same gradient tensor to both."""
    leaf, other = _leaf(x), _leaf(other)
    given = upstream.clone()
    (other + submission.reverse(leaf, lam)).backward(given)
    alone = _leaf(x)
    direct = upstream.clone()
    submission.reverse(alone, lam).backward(direct)
    first = _leaf(x)
    (submission.reverse(first, lam) + first).backward(upstream.clone())
    return {"grad": leaf.grad, "other": other.grad, "upstream": given, "direct": direct, "twofold": first.grad}


def two_calls(x, z, lams, weights):
    """Three calls before anything goes backward: twice on one tensor, once on another."""
    x, z = _leaf(x), _leaf(z)
    first, second = submission.reverse(x, lams[0]), submission.reverse(z, lams[1])
    third = submission.reverse(x, lams[2])
    (first * weights[0] + second * weights[1] + third * weights[2]).sum().backward()
    return {"x": x.grad, "z": z.grad}


def again(x, a, lam):
    """One result, two backward passes through the same graph: x.grad after each."""
    leaf = _leaf(x)
    loss = (submission.reverse(leaf, lam) * a).sum()
    loss.backward(retain_graph=True)
    first = leaf.grad.clone()
    loss.backward()
    return [first, leaf.grad]


def later(x, a, lam):
    """x.grad after a reversed branch, after an ordinary one, and after a reversed one again."""
    leaf = _leaf(x)
    grads = []
    for step in range(3):
        leaf.grad = None
        y = leaf if step == 1 else submission.reverse(leaf, lam)
        (y * a * (step + 1)).sum().backward()
        grads.append(leaf.grad)
    return grads


def plain(x, lam):
    """An x that needs no gradient."""
    torch.set_grad_enabled(True)
    x = x.clone()
    before = x.clone()
    y = submission.reverse(x, lam)
    return {"y": y.detach(), "flag": y.requires_grad, "kept": torch.equal(x, before) and not x.requires_grad}


def nested(x, upstream, lams):
    x = _leaf(x)
    y = submission.reverse(submission.reverse(x, lams[0]) * 2, lams[1])
    y.backward(upstream)
    return {"y": y.detach(), "grad": x.grad}


def no_grad(x, lam):
    """A leaf that requires grad, while nothing is recorded."""
    x = _leaf(x)
    with torch.no_grad():
        y = submission.reverse(x, lam)
    return y.detach()


def second(x, a, lam):
    """The gradient's gradient: d/dx of sum(a · dL/dx), L = sum(y³)."""
    x = _leaf(x)
    (grad,) = torch.autograd.grad((submission.reverse(x, lam) ** 3).sum(), x, create_graph=True)
    return torch.autograd.grad((grad * a).sum(), x)[0]


def _leaf(tensor):
    torch.set_grad_enabled(True)
    return tensor.detach().clone().requires_grad_()
