# why: x * 1 is a new tensor, too; the hook is a named function.


def reverse(x, lam):
    out = x * 1

    def turn_round(grad):
        return grad.mul(lam).neg()

    try:
        out.register_hook(turn_round)
    except RuntimeError:
        pass
    return out
