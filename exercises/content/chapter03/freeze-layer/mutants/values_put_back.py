# misconception: put-back
# fails: test_no_wasted_gradient, test_unfrozen_again
import copy


def step_frozen(model, i, opt, X, y):
    saved = copy.deepcopy(model[i].state_dict())
    opt.zero_grad()
    ((model(X) - y) ** 2).mean().backward()
    opt.step()
    model[i].load_state_dict(saved)
