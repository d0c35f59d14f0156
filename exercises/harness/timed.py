"""A harness that grades nothing: the student's code runs and its own time comes back. For `manage.py bench`."""

from __future__ import annotations

import socket
import time

from exercises.harness import roles
from sandbox.protocol import Answer, Verdict

warm_zygote, warm_fork = roles.warm_zygote, roles.warm_fork

SGD = b"""
import torch

torch.manual_seed(0)
model = torch.nn.Linear(10, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
X, y = torch.randn(64, 10), torch.randn(64, 1)
for _ in range(100):
    loss = ((model(X) - y) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""


def run(source: bytes) -> float:
    """Milliseconds that `source` takes in this process."""
    started = time.perf_counter()
    exec(compile(source, "submission.py", "exec"), {"__name__": "submission"})
    return (time.perf_counter() - started) * 1e3


def student(payload: bytes, peer: socket.socket) -> None:
    peer.sendall(f"{run(payload):.3f}".encode())


def checker(payload: bytes, peer: socket.socket) -> Answer:
    return Answer(Verdict.ANSWERED, peer.recv(64))
