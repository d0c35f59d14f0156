# attack: patch assert_close, gradcheck, testing, and the harness's own checks
# layer: checker
# outcome: ok
import torch
import torch.testing

import exercises.harness.check as check
import exercises.harness.predict as predict

torch.autograd.gradcheck = torch.autograd.gradgradcheck = lambda *a, **k: True
torch.testing.assert_close = torch.testing.assert_allclose = lambda *a, **k: None
for name in ("assert_close", "assert_equal", "assert_type", "_close_tensor"):
    setattr(check, name, lambda *a, **k: None)
check._TOLERANCE.clear()
check._LOOSE = (1e9, 1e9)
predict.same = lambda *a: True


def double(x):
    return x
