"""JAX: an ensemble as jit(vmap(train)), all epochs and steps in lax.scan.

--how plain   jax.random.permutation for the order of the rows, one device
--how tuned   a part of the trials on each core (pmap over host devices, since most of a small network's operations use
              one core only), and a hashed bijection in place of the sort inside of jax.random.permutation
"""

import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import peer

options = peer.arguments(trials=256, how=("plain", "tuned"))
devices = 1 if options.how == "plain" else min(os.cpu_count(), options.trials)
options.trials -= options.trials % devices
os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={devices} {os.environ.get('XLA_FLAGS', '')}"

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

sizes = [int(width) for width in options.network.split("-")]
data = peer.rows(sizes)
x, y, x_val, y_val = (jnp.asarray(part) for part in (data.x, data.y, data.x_val, data.y_val))
binary = sizes[-1] == 1
steps = peer.ROWS // peer.BATCH


def initial_weights(key):
    weights = []
    for layer, (inputs, units) in enumerate(zip(sizes, sizes[1:])):
        limit = (6 / (inputs + units)) ** 0.5
        kernel = jax.random.uniform(jax.random.fold_in(key, layer), (inputs, units), minval=-limit, maxval=limit)
        weights.append((kernel, jnp.zeros(units)))
    return weights


def logits(weights, x):
    for kernel, bias in weights[:-1]:
        x = jax.nn.relu(x @ kernel + bias)
    kernel, bias = weights[-1]
    return x @ kernel + bias


def loss_of(outputs, y):
    if binary:
        return jnp.mean(jax.nn.softplus(outputs[:, 0]) - y * outputs[:, 0])
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(outputs), y[:, None], axis=1))


def accuracy_of(outputs, y):
    return jnp.mean((outputs[:, 0] > 0) == (y > 0.5) if binary else outputs.argmax(axis=1) == y)


def adam(weights, gradients, mean, square, t):
    mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, gradients)
    square = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, square, gradients)
    rate = peer.LEARNING_RATE * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    weights = jax.tree.map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + 1e-7), weights, mean, square)
    return weights, mean, square


def hashed_order(key):
    """A keyed bijection of the row numbers: a few rounds of a hash, again while a number is out of range."""
    bits = (peer.ROWS - 1).bit_length()
    keys = jax.random.bits(key, (4, 2))

    def shuffle(numbers):
        for factor, addend in keys:
            numbers = (numbers * (factor | 1) + addend) & (2**bits - 1)
            numbers ^= numbers >> (bits // 2)
        return numbers

    return lax.while_loop(
        lambda numbers: (numbers >= peer.ROWS).any(),
        lambda numbers: jnp.where(numbers >= peer.ROWS, shuffle(numbers), numbers),
        shuffle(jnp.arange(peer.ROWS, dtype=jnp.uint32)),
    )


def order_of(key):
    return jax.random.permutation(key, peer.ROWS) if options.how == "plain" else hashed_order(key)


def train(seed):
    weights_key, order_key = jax.random.split(jax.random.key(seed))

    def step(state, batch):
        weights, mean, square, t = state
        gradients = jax.grad(lambda weights: loss_of(logits(weights, batch[0]), batch[1]))(weights)
        return (*adam(weights, gradients, mean, square, t + 1), t + 1), None

    def epoch(state, key):
        order = order_of(key)
        batches = x[order].reshape(steps, peer.BATCH, -1), y[order].reshape(steps, peer.BATCH)
        state, _ = lax.scan(step, state, batches, unroll=1 if options.how == "plain" else 5)
        outputs = logits(state[0], x_val)
        return state, (loss_of(outputs, y_val), accuracy_of(outputs, y_val))

    weights = initial_weights(weights_key)
    zeros = jax.tree.map(jnp.zeros_like, weights)
    _, history = lax.scan(epoch, (weights, zeros, zeros, 0.0), jax.random.split(order_key, peer.EPOCHS))
    return history


train_all = jax.jit(jax.vmap(train)) if devices == 1 else jax.pmap(jax.vmap(train))


def run(first):
    seeds = np.arange(first, first + options.trials, dtype=np.uint32)
    losses, _ = train_all(seeds if devices == 1 else seeds.reshape(devices, -1))
    return np.asarray(losses)[..., -1].ravel().tolist()


how = "jit(vmap)" if options.how == "plain" else "pmap(vmap), hashed order"
peer.measure(f"JAX, {how}", jax.__version__, options, run)
