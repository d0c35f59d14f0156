"""The shape of a row minus a column."""
import json

import torch

N = 4
difference = torch.randn(N) - torch.randn(N, 1)
print(json.dumps({"n": N, "shape": list(difference.shape), "cells": difference.numel()}))
