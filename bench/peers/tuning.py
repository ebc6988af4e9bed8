"""What the tuners in Python share: rows, folds, the search space of scikit-learn's networks, and the messages.

A tuner prints lines of JSON: `rows` (that all systems have the same ones), `trial` (a configuration was judged), and,
after its time is over, `judged` (what each improvement is worth when all are judged alike) and `final` (its best model).
"""

import argparse
import json
import os
import time

import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import StratifiedKFold, cross_val_score, train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FOLDS = 5
MOST_EPOCHS = 60
# Folds that no system has tuned on have seeds from here on.
OTHER_FOLDS = 1000
JOBS = os.cpu_count()

parser = argparse.ArgumentParser()
parser.add_argument("--data", required=True, help="a CSV file with a column named target")
parser.add_argument("--seed", type=int, required=True)
parser.add_argument("--until", type=float, required=True, help="when to end, in seconds since 1970")
options = parser.parse_args()


def say(kind, **numbers):
    print(json.dumps({"kind": kind, **numbers}), flush=True)


def folds(seed):
    return StratifiedKFold(FOLDS, shuffle=True, random_state=seed)


# Those of `shoal tune`.
table = pd.read_csv(options.data)
labels = table.pop("target").to_numpy()
x, x_held_out, y, y_held_out = train_test_split(
    table.to_numpy(float), labels, test_size=0.2, random_state=42, stratify=labels
)
classes = np.unique(y)
first_fold = next(folds(options.seed).split(x, y))[1]
say("rows", check=[len(y), len(y_held_out), int(np.arange(len(y)) @ y), int(first_fold.sum())])

WIDTH = 32 if x.shape[1] > 40 else 16
HIDDEN = [(WIDTH,), (2 * WIDTH,), (WIDTH, WIDTH)]
LEARNING_RATE = (1e-3, 0.1)
BATCH_SIZES = [size for size in (8, 16, 32, 64, 128, 256) if size * 4 <= len(y)]
# A batch's alpha / 2 / size is Keras's l2: about 1e-6 to 1e-2 for batches of 32.
ALPHA = (6.4e-5, 0.64)
EPOCHS = (5, MOST_EPOCHS)


def mlp(seed, **parameters):
    return make_pipeline(StandardScaler(), MLPClassifier(random_state=seed, n_iter_no_change=MOST_EPOCHS, **parameters))


def mlp_score(parameters, seed):
    """The cross-validated log loss of scikit-learn's network."""
    model = mlp(options.seed, **parameters)
    return -cross_val_score(model, x, y, scoring="neg_log_loss", cv=folds(seed), n_jobs=JOBS).mean()


def mlp_outputs(parameters):
    """Probabilities of the held-out rows after training on all others."""
    return mlp(options.seed, **parameters).fit(x, y).predict_proba(x_held_out)


def time_is_over():
    return time.time() >= options.until


class Search:
    """Tells of trials and keeps those that were better than all before."""

    def __init__(self):
        self.improvements = []

    def add(self, loss, parameters, tried=1):
        if time_is_over():
            return
        say("trial", loss=float(loss), tried=tried)
        if not self.improvements or loss < self.improvements[-1][0]:
            self.improvements.append((loss, parameters))

    def judge(self, score, outputs):
        if not self.improvements:
            return
        for _, parameters in self.improvements:
            say("judged", loss=float(score(parameters, OTHER_FOLDS + options.seed)))
        parameters = self.improvements[-1][1]
        probabilities = outputs(parameters)
        say(
            "final",
            heldOutLoss=float(log_loss(y_held_out, probabilities, labels=classes)),
            heldOutAccuracy=float(accuracy_score(y_held_out, classes[probabilities.argmax(axis=1)])),
            parameters={name: str(value) for name, value in parameters.items()},
        )
