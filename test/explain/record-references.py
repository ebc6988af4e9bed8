"""
Records what scikit-learn and shap say of small networks with given weights.

    python test/explain/record-references.py > test/explain/references.json

with scikit-learn 1.9.1, shap 0.51.0 and numpy. Networks compute in double precision here.
"""
import json
import sys

import numpy as np
import shap
import sklearn
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.inspection import partial_dependence, permutation_importance

rng = np.random.RandomState(7)


def rounded(values):
    """Single precision, so that both sides start from the same numbers."""
    return np.asarray(values, dtype=np.float32).astype(np.float64)


def network(sizes):
    """Kernel and bias of each layer."""
    return [
        (rounded(rng.normal(size=(a, b)) * 0.9), rounded(rng.normal(size=b) * 0.3))
        for a, b in zip(sizes, sizes[1:])
    ]


def forward(layers, x, head):
    for i, (kernel, bias) in enumerate(layers):
        x = x @ kernel + bias
        if i < len(layers) - 1:
            x = np.tanh(x)
    if head == "sigmoid":
        return 1 / (1 + np.exp(-x))
    if head == "softmax":
        e = np.exp(x - x.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
    return x


class Classifier(ClassifierMixin, BaseEstimator):
    def __init__(self, layers, head, classes):
        self.layers, self.head, self.classes = layers, head, classes
        self.classes_ = np.arange(classes)
        self.is_fitted_ = True

    def fit(self, x, y):
        return self

    def predict_proba(self, x):
        p = forward(self.layers, np.asarray(x, dtype=float), self.head)
        return np.hstack([1 - p, p]) if self.head == "sigmoid" else p

    def predict(self, x):
        return self.predict_proba(x).argmax(axis=1)


class Regressor(RegressorMixin, BaseEstimator):
    def __init__(self, layers):
        self.layers = layers
        self.is_fitted_ = True

    def fit(self, x, y):
        return self

    def predict(self, x):
        return forward(self.layers, np.asarray(x, dtype=float), "linear")[:, 0]


def permutations(rows, repeats, seed):
    """
    The orders in which permutation_importance puts every column: it shuffles one list of places again and again, and
    applies it to the column as the repeat before left it.
    """
    state = np.random.RandomState(np.random.RandomState(seed).randint(np.iinfo(np.int32).max + 1))
    places, order = np.arange(rows), np.arange(rows)
    result = []
    for _ in range(repeats):
        state.shuffle(places)
        order = order[places]
        result.append(order.tolist())
    return result


def importance(model, x, y, scoring, repeats=6, seed=3):
    found = permutation_importance(model, x, y, scoring=scoring, n_repeats=repeats, random_state=seed)
    return {
        "scoring": scoring,
        "permutations": permutations(len(x), repeats, seed),
        "importances": found.importances.tolist(),
        "mean": found.importances_mean.tolist(),
        "std": found.importances_std.tolist(),
    }


def dependence(model, x, features, values):
    found = partial_dependence(
        model,
        x,
        features,
        method="brute",
        kind="both" if len(features) == 1 else "average",
        response_method="predict_proba" if isinstance(model, Classifier) else "auto",
        custom_values={feature: np.asarray(v) for feature, v in zip(features, values)},
    )
    result = {"features": features, "grid": values, "average": found["average"].tolist()}
    return {**result, "individual": found["individual"].tolist()} if len(features) == 1 else result


def shapley(layers, head, x, background):
    f = lambda rows: forward(layers, rows, head)
    kernel = shap.KernelExplainer(f, background, silent=True)
    exact = shap.ExactExplainer(f, shap.maskers.Independent(background, max_samples=len(background)))
    return {
        "x": x.tolist(),
        "background": background.tolist(),
        "base": np.atleast_1d(kernel.expected_value).tolist(),
        "kernel": np.asarray(kernel.shap_values(x, nsamples="auto", l1_reg=0)).tolist(),
        "exact": np.asarray(exact(x).values).tolist(),
    }


def case(sizes, head, rows, scorings):
    layers = network(sizes)
    x = rounded(rng.normal(size=(rows, sizes[0])))
    outputs = forward(layers, x, head)
    if head == "linear":
        y = rounded(outputs[:, 0] + rng.normal(size=rows) * 0.3)
        model = Regressor(layers)
    else:
        model = Classifier(layers, head, max(2, sizes[-1]))
        flips = rng.uniform(size=rows) < 0.15
        y = np.where(flips, rng.randint(model.classes, size=rows), model.predict(x))
    grid = [-1.5, -0.5, 0.25, 1.0, 2.0]
    return {
        "sizes": sizes,
        "head": head,
        "weights": np.concatenate([part.ravel() for layer in layers for part in layer]).tolist(),
        "x": x.tolist(),
        "y": y.tolist(),
        "importance": [importance(model, x, y, scoring) for scoring in scorings],
        "dependence": dependence(model, x, [1], [grid]),
        "pair": dependence(model, x, [0, 2], [grid, grid[:3]]),
        "shap": shapley(layers, head, x[:3], x[3:13]),
    }


json.dump(
    {
        "versions": {"scikit-learn": sklearn.__version__, "shap": shap.__version__},
        "cases": {
            "binary": case([4, 5, 1], "sigmoid", 40, ["neg_log_loss", "accuracy", "roc_auc", "neg_brier_score"]),
            "multiclass": case([5, 6, 3], "softmax", 45, ["neg_log_loss", "balanced_accuracy", "f1_macro"]),
            "regression": case([4, 6, 1], "linear", 30, ["neg_mean_squared_error", "r2"]),
        },
    },
    sys.stdout,
)
