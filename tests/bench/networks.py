"""Times a training step of three networks here and in PyTorch, in turn, on one thread, and prints the ratios.

python tests/bench/networks.py      needs PyTorch; the sizes are those of crates/net/examples/speed.rs
"""
import os

for name in ["OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"]:
    os.environ[name] = "1"

import re
import subprocess
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(1)
REPOSITORY = Path(__file__).resolve().parents[2]
ROUNDS = 5  # of each side, in turn; the example takes the best of ten of its own


def best(steps, parameters, loss):
    """The shortest processor time of a step over ten rounds, in microseconds."""
    adam = torch.optim.Adam(parameters, lr=1e-3, fused=True)

    def round_of_steps():
        started = time.process_time()
        for _ in range(steps):
            adam.zero_grad()
            loss().backward()
            adam.step()
        return (time.process_time() - started) * 1e6 / steps

    return min(round_of_steps() for _ in range(10))


def mlp():
    model = nn.Sequential(nn.Linear(2, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 2))
    inputs = torch.rand(1000, 2)

    def loss():
        batch = inputs[torch.randint(len(inputs), (128,))]
        return F.mse_loss(model(batch), batch)

    return best(200, model.parameters(), loss)


def vae():
    encoder = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 16))
    decoder = nn.Sequential(nn.Linear(8, 128), nn.ReLU(), nn.Linear(128, 64))
    images = torch.rand(500, 64)

    def loss():
        batch = images[torch.randint(len(images), (64,))]
        mean, log_variance = encoder(batch).chunk(2, dim=1)
        latent = mean + torch.randn_like(mean) * torch.exp(0.5 * log_variance)
        pixels = F.binary_cross_entropy_with_logits(decoder(latent), batch, reduction="sum")
        return (pixels - 0.5 * torch.sum(1 + log_variance - mean**2 - log_variance.exp())) / 64

    return best(200, [*encoder.parameters(), *decoder.parameters()], loss)


class Block(nn.Module):
    """Attention of four heads and a layer of 256, both behind a norm."""

    def __init__(self):
        super().__init__()
        self.before, self.after = nn.LayerNorm(64), nn.LayerNorm(64)
        self.heads, self.out = nn.Linear(64, 192), nn.Linear(64, 64)
        self.wide = nn.Sequential(nn.Linear(64, 256), nn.GELU(approximate="tanh"), nn.Linear(256, 64))

    def forward(self, x):
        rows, length, _ = x.shape
        query, key, value = self.heads(self.before(x)).view(rows, length, 3, 4, 16).permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.out(seen.transpose(1, 2).reshape(rows, length, 64))
        return x + self.wide(self.after(x))


def transformer():
    tokens, places = nn.Embedding(70, 64), nn.Embedding(64, 64)
    blocks, head = nn.Sequential(Block(), Block(), nn.LayerNorm(64)), nn.Linear(64, 70)
    stream = torch.randint(70, (20_000,))

    def loss():
        starts = torch.randint(len(stream) - 65, (16, 1))
        text = stream[starts + torch.arange(65)]
        logits = head(blocks(tokens(text[:, :-1]) + places.weight))
        return F.cross_entropy(logits.reshape(-1, 70), text[:, 1:].reshape(-1))

    return best(10, [p for part in (tokens, places, blocks, head) for p in part.parameters()], loss)


def ours():
    """The example's three numbers, in the order of `THEIRS`."""
    command = ["cargo", "run", "--release", "--quiet", "-p", "collapse-net", "--example", "speed"]
    printed = subprocess.run(command, cwd=REPOSITORY, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [float(number) for number in re.findall(r": (\d+) us", printed)]


THEIRS = {"MLP 2-128-128-2, batch 128": mlp, "VAE 64-128-8-128-64, batch 64": vae, "transformer, width 64, two blocks": transformer}


def main():
    ours()  # built before anything is timed
    rounds = [(ours(), [run() for run in THEIRS.values()]) for _ in range(ROUNDS)]
    print(f"PyTorch {torch.__version__}; microseconds of a step, one thread, best of {10 * ROUNDS} rounds")
    for place, name in enumerate(THEIRS):
        here, there = (min(round_of[side][place] for round_of in rounds) for side in (0, 1))
        print(f"{name}: ours {here:.0f}, PyTorch {there:.0f}, PyTorch / ours {there / here:.2f}")


if __name__ == "__main__":
    main()
