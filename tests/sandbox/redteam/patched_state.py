# attack: leave every global switch of torch in another position
# layer: checker
# outcome: ok
# score: 0, 2
import torch

torch.set_default_dtype(torch.float16)
torch.set_default_device("meta")
torch.set_grad_enabled(False)
torch.use_deterministic_algorithms(True)
torch.set_num_threads(2)
torch.set_printoptions(precision=1)
torch.set_flush_denormal(True)
torch.autograd.set_detect_anomaly(True)
torch.inference_mode().__enter__()


def double(x):
    return x * 2
