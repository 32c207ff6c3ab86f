"""Training traces of every family by PyTorch, from weights and batches that the Rust test `traces` makes by the same formula.

Writes expected.json beside itself: the loss before each step, in double precision. Run with the versions that the file records:

    python traces.py
"""

import json
import math
import pathlib
import platform

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
STEPS = 25


def numbers(count, salt):
    """Numbers in [-1, 1) that both sides make exactly."""
    return [((k * 7919 + salt * 104729) % 2003) / 1001.5 - 1.0 for k in range(count)]


def tensor(shape, salt):
    return torch.tensor(numbers(math.prod(shape), salt)).reshape(shape)


def tokens(shape, classes, salt):
    return torch.tensor([(k * 31 + salt * 17 + k * k) % classes for k in range(math.prod(shape))]).reshape(shape)


class Weights:
    """Hands out parameters in the order in which our models list them: 0.3 times the next of one stream of numbers."""

    def __init__(self):
        self.values = numbers(200_000, 5)
        self.used = 0
        self.all = []

    def take(self, *shape):
        count = math.prod(shape)
        values = [0.3 * value for value in self.values[self.used:self.used + count]]
        self.used += count
        parameter = torch.tensor(values).reshape(shape).requires_grad_()
        self.all.append(parameter)
        return parameter

    def dense(self, inputs, outputs):
        matrix = self.take(inputs, outputs)
        bias = self.take(outputs)
        return lambda x: x @ matrix + bias

    def tower(self, widths, bend):
        layers = [self.dense(i, o) for i, o in zip(widths, widths[1:])]

        def run(x):
            for layer in layers:
                x = bend(layer(x))
            return x

        return run


def leaky(x):
    return F.leaky_relu(x, 0.2)


def gelu(x):
    return F.gelu(x, approximate="tanh")


def trace(weights, loss_at, optimiser=None, schedule=None):
    optimiser = optimiser or torch.optim.Adam(weights.all, lr=1e-2)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimiser, schedule) if schedule else None
    losses = []
    for step in range(STEPS):
        loss = loss_at(step)
        losses.append(loss.item())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if scheduler:
            scheduler.step()
    return losses


def mlp(bend, classes, sgd):
    w = Weights()
    top, out = w.tower([5, 16, 12], bend), w.dense(12, 3)

    def loss_at(step):
        y = out(top(tensor((32, 5), step)))
        return F.cross_entropy(y, tokens((32,), 3, step)) if classes else F.mse_loss(y, tensor((32, 3), step + 100))

    optimiser = torch.optim.SGD(w.all, lr=0.1, momentum=0.8) if sgd else None
    return trace(w, loss_at, optimiser)


def vae(bernoulli):
    w = Weights()
    encode, stats = w.tower([12, 16], torch.tanh), w.dense(16, 6)
    decode, out = w.tower([3, 16], torch.tanh), w.dense(16, 12)

    def loss_at(step):
        x = 0.5 + 0.5 * tensor((20, 12), step)
        mean, log_variance = stats(encode(x)).chunk(2, 1)
        z = torch.distributions.Normal(mean, torch.exp(0.5 * log_variance))
        kl = torch.distributions.kl_divergence(z, torch.distributions.Normal(0.0, 1.0)).sum(1)
        y = out(decode(mean + torch.exp(0.5 * log_variance) * 1.5 * tensor((20, 3), step + 100)))
        if bernoulli:
            cost = F.binary_cross_entropy_with_logits(y, x, reduction="none").sum(1)
        else:
            cost = -torch.distributions.Normal(y, 0.4).log_prob(x).sum(1)
        return (cost + 0.7 * kl).mean()

    return trace(w, loss_at)


def transformer(tied):
    vocabulary, context, width, blocks, heads, hidden = 11, 10, 12, 2, 3, 24
    w = Weights()
    table, places = w.take(vocabulary, width), w.take(context, width)
    parts = []
    for _ in range(blocks):
        first = (w.take(width), w.take(width))
        attend, attended = w.dense(width, 3 * width), w.dense(width, width)
        second = (w.take(width), w.take(width))
        parts.append((first, attend, attended, second, w.dense(width, hidden), w.dense(hidden, width)))
    last = (w.take(width), w.take(width))
    head = None if tied else w.dense(width, vocabulary)

    def loss_at(step):
        read = tokens((4, context), vocabulary, step)
        x = F.embedding(read, table) + places
        for first, attend, attended, second, widen, narrow in parts:
            q, k, v = attend(F.layer_norm(x, (width,), *first)).view(4, context, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
            seen = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(4, context, width)
            x = x + attended(seen)
            x = x + narrow(gelu(widen(F.layer_norm(x, (width,), *second))))
        x = F.layer_norm(x, (width,), *last)
        logits = x @ table.T if tied else head(x)
        return F.cross_entropy(logits.view(-1, vocabulary), tokens((4 * context,), vocabulary, step + 100))

    def cosine(step):
        if step < 5:
            return (step + 1) / 6
        return 1 - 0.9 * 0.5 * (1 - math.cos(math.pi * (step - 5) / (STEPS - 5)))

    optimiser = torch.optim.AdamW(w.all, lr=1e-2, betas=(0.9, 0.99), weight_decay=0.1)
    return trace(w, loss_at, optimiser, cosine)


def field(lesson):
    """The network of point, time and class; `lesson` gives what it sees, the answer and the time."""
    w = Weights()
    top, out = w.tower([2 + 8 + 3, 16, 16], F.silu), w.dense(16, 2)
    speeds = torch.tensor([100 ** (wave / 3) for wave in range(4)])

    def loss_at(step):
        clean, noise = tensor((16, 2), step), 1.5 * tensor((16, 2), step + 100)
        seen, answer, time = lesson(clean, noise, step)
        angles = time[:, None] * speeds
        waves = torch.stack([angles.sin(), angles.cos()], 2).reshape(16, 8)
        classes = F.one_hot(tokens((16,), 4, step), 4)[:, :3].double()
        return F.mse_loss(out(top(torch.cat([seen, waves, classes], 1))), answer)

    return trace(w, loss_at)


def diffusion():
    variances = torch.tensor([20 * (1e-4 + (0.02 - 1e-4) * step / 49) for step in range(50)])
    left = torch.cumprod(1 - variances, 0)

    def lesson(clean, noise, step):
        at = tokens((16,), 50, step + 200)
        share = left[at][:, None]
        return share.sqrt() * clean + (1 - share).sqrt() * noise, noise, (at + 1) / 50

    return field(lesson)


def flow_matching():
    def lesson(clean, noise, step):
        time = 0.5 + 0.5 * tensor((16,), step + 200)
        return (1 - time[:, None]) * noise + time[:, None] * clean, clean - noise, time

    return field(lesson)


def flow():
    w = Weights()
    nets = [(w.tower([5, 10], torch.tanh), w.dense(10, 10)) for _ in range(4)]

    def loss_at(step):
        x, log_determinant = 2 * tensor((16, 5), step), 0.0
        for at, (top, out) in enumerate(nets):
            stays = torch.tensor([float((j + at) % 2 == 0) for j in range(5)])
            raw, shift = out(top(x * stays)).chunk(2, 1)
            scale = 2 * torch.tanh(raw) * (1 - stays)
            x = stays * x + (1 - stays) * (x * torch.exp(scale) + shift)
            log_determinant = log_determinant + scale.sum(1)
        return -(torch.distributions.Normal(0.0, 1.0).log_prob(x).sum(1) + log_determinant).mean()

    return trace(w, loss_at)


def critic(penalty):
    """The critic alone; its penalty goes through autograd's second derivative here, by hand in ours."""
    w = Weights()
    top, out = w.tower([3, 16, 12], leaky), w.dense(12, 1)

    def loss_at(step):
        real, made = tensor((16, 3), step), 0.5 * tensor((16, 3), step + 100)
        if penalty is None:
            return F.softplus(-out(top(real))).mean() + F.softplus(out(top(made))).mean()
        mix = 0.5 + 0.5 * tensor((16, 1), step + 200)
        between = (mix * real + (1 - mix) * made).requires_grad_()
        slope, = torch.autograd.grad(out(top(between)).sum(), between, create_graph=True)
        cost = penalty * ((slope.norm(dim=1) - 1) ** 2).mean()
        return out(top(made)).mean() - out(top(real)).mean() + cost

    # Real and made points cancel in the gradient of a bias whose unit has one slope for all. Adam makes steps of full size of what
    # rounding leaves there, in single precision others than in double; plain descent does not.
    return trace(w, loss_at, torch.optim.SGD(w.all, lr=0.01, momentum=0.8))


EXPECTED = {
    "python": platform.python_version(),
    "torch": torch.__version__.split("+")[0],
    "traces": {
        "mlp_classes_relu_sgd": mlp(torch.relu, True, True),
        "mlp_values_gelu_adam": mlp(gelu, False, False),
        "vae_bernoulli": vae(True),
        "vae_gaussian": vae(False),
        "transformer_own": transformer(False),
        "transformer_tied": transformer(True),
        "diffusion": diffusion(),
        "flow_matching": flow_matching(),
        "flow": flow(),
        "critic_non_saturating": critic(None),
        "critic_wasserstein": critic(10.0),
    },
}
pathlib.Path(__file__).with_name("expected.json").write_text(json.dumps(EXPECTED, indent=1) + "\n")
