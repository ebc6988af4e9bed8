"""PyTorch: an ensemble as batched matrix products, with one fused Adam over the weights of all trials."""

import math

import torch
from torch.nn import functional as F

import peer

options = peer.arguments(trials=256, step=("eager", "compiled"))
sizes = [int(width) for width in options.network.split("-")]
data = peer.rows(sizes)
x, y = torch.from_numpy(data.x), torch.from_numpy(data.y)
x_val, y_val = torch.from_numpy(data.x_val), torch.from_numpy(data.y_val)
trials = options.trials
# The same validation rows for each trial, without copies.
x_val, y_val = x_val.expand(trials, -1, -1), y_val.expand(trials, -1)


def initial_weights(generator):
    weights = []
    for inputs, units in zip(sizes, sizes[1:]):
        limit = math.sqrt(6 / (inputs + units))
        weights.append(torch.empty(trials, inputs, units).uniform_(-limit, limit, generator=generator))
        weights.append(torch.zeros(trials, 1, units))
    return [weight.requires_grad_() for weight in weights]


def logits(weights, x):
    for kernel, bias in zip(weights[:-2:2], weights[1:-2:2]):
        x = torch.relu(torch.baddbmm(bias, x, kernel))
    return torch.baddbmm(weights[-1], x, weights[-2]).squeeze(-1)


def loss_of_each(weights, x, y):
    return F.binary_cross_entropy_with_logits(logits(weights, x), y, reduction="none").mean(1)


def loss(weights, x, y):
    return loss_of_each(weights, x, y).sum()  # the trials do not share weights: each gets its own gradient


if options.step == "compiled":
    loss = torch.compile(loss)


def train(first):
    generator = torch.Generator().manual_seed(first)
    weights = initial_weights(generator)
    optimizer = torch.optim.Adam(weights, lr=peer.LEARNING_RATE, eps=1e-7, fused=True)
    history = []
    for _ in range(peer.EPOCHS):
        order = torch.rand(trials, peer.ROWS, generator=generator).argsort(1)
        for rows in order.split(peer.BATCH, dim=1):
            optimizer.zero_grad()
            loss(weights, x[rows], y[rows]).backward()
            optimizer.step()
        with torch.no_grad():
            outputs = logits(weights, x_val)
            losses = F.binary_cross_entropy_with_logits(outputs, y_val, reduction="none").mean(1)
            history.append((losses, ((outputs > 0) == (y_val > 0.5)).float().mean(1)))
    return history[-1][0].tolist()


how = "batched products" if options.step == "eager" else "batched products, torch.compile"
peer.measure(f"PyTorch, {how}", torch.__version__, options, train)
