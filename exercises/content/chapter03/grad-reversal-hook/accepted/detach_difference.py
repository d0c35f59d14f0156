# why: The same algebra in another order, exact forward.


def reverse(x, lam):
    turned = -lam * x
    return turned + (x - turned).detach()
