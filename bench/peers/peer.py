"""What the peers in Python share: the command line, the rows, and the timing."""

import argparse
import json
import math
import time
from dataclasses import dataclass

import numpy as np
from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

EPOCHS = 100
BATCH = 32
ROWS = 800
VALIDATION_ROWS = 200
LEARNING_RATE = 1e-3


def arguments(trials, **flags):
    """`flags`: more options, each with its choices (the first one is the default)."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--network", default="10-16-1", help="layer widths; one output: a sigmoid, more: a softmax")
    parser.add_argument("--trials", type=int, default=trials, help="trainings in one go")
    parser.add_argument("--seconds", type=float, default=10, help="go on for at least so long")
    for name, choices in flags.items():
        parser.add_argument(f"--{name}", choices=choices, default=choices[0])
    return parser.parse_args()


@dataclass
class Rows:
    x: np.ndarray
    y: np.ndarray
    x_val: np.ndarray
    y_val: np.ndarray


def rows(sizes):
    """The seed experiment's rows, or rows made alike for other networks: 800 to train on and 200 to validate."""
    classes = max(2, sizes[-1])
    informative = 2 if classes == 2 else 8
    x, y = make_classification(ROWS + VALIDATION_ROWS, sizes[0], n_informative=informative, n_classes=classes, random_state=42)
    x, x_val, y, y_val = train_test_split(x, y, test_size=VALIDATION_ROWS, random_state=42)
    scaler = StandardScaler().fit(x)
    x, x_val = (scaler.transform(part).astype(np.float32) for part in (x, x_val))
    y, y_val = (part.astype(np.float32 if classes == 2 else np.int32) for part in (y, y_val))
    return Rows(x, y, x_val, y_val)


def flop_per_trial(sizes):
    """2 for each multiply-add of the products; the first layer needs no gradient of its inputs."""
    products = [i * o for i, o in zip(sizes, sizes[1:])]
    forward = 2 * sum(products)
    backward = 2 * forward - 2 * products[0]
    return EPOCHS * (ROWS * (forward + backward) + VALIDATION_ROWS * forward)


def measure(system, version, options, train, compile_seconds=None):
    """Prints a line of JSON about `train(first_seed)`, which returns the last validation loss of each trial.

    Without `compile_seconds` there is a run before the clock starts: what it takes longer than the others.
    """
    losses, durations = [], []
    first = 0.0
    if compile_seconds is None:
        started = time.perf_counter()
        train(0)
        first = time.perf_counter() - started
    while sum(durations) < options.seconds:
        started = time.perf_counter()
        losses.extend(train(len(losses)))
        durations.append(time.perf_counter() - started)
    rate = len(losses) / sum(durations)
    sizes = [int(width) for width in options.network.split("-")]
    result = {
        "system": system,
        "version": version,
        "network": options.network,
        "trials": options.trials,
        "trialsPerSecond": rate,
        "gflops": rate * flop_per_trial(sizes) / 1e9,
        "compileSeconds": max(0.0, first - min(durations)) if compile_seconds is None else compile_seconds,
        "finalValLossMedian": float(np.median(losses)),
    }
    assert math.isfinite(result["finalValLossMedian"])
    print(json.dumps(result))
