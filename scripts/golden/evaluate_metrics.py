"""Records what scikit-learn says of probabilities of several classes, calibration and precision-recall curves:
test/evaluate/sklearn-metrics.json.

    pip install scikit-learn==1.9.1 numpy==2.4.6
    python scripts/golden/evaluate_metrics.py > test/evaluate/sklearn-metrics.json

Scores are rounded to two digits in some cases, so that there are ties.
"""

import json

import numpy as np
import sklearn
from sklearn import metrics
from sklearn.calibration import calibration_curve


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def multiclass(seed, n, classes, digits=None):
    rng = np.random.default_rng(seed)
    y = np.concatenate([np.arange(classes), rng.integers(0, classes, n - classes)])
    p = softmax(rng.normal(size=(n, classes)) + 1.5 * np.eye(classes)[y])
    if digits is not None:
        p = np.round(p, digits)
        p[:, -1] = np.abs(1 - p[:, :-1].sum(axis=1))
    labels = np.arange(classes)
    auc = lambda **options: metrics.roc_auc_score(y, p, labels=labels, **options)
    predicted = p.argmax(axis=1)
    return {
        "y": y.tolist(),
        "p": p.tolist(),
        "log_loss": metrics.log_loss(y, p, labels=labels),
        "brier_score": metrics.brier_score_loss(y, p, labels=labels),
        "roc_auc_ovr_macro": auc(multi_class="ovr", average="macro"),
        "roc_auc_ovr_weighted": auc(multi_class="ovr", average="weighted"),
        "roc_auc_ovo_macro": auc(multi_class="ovo", average="macro"),
        "average_precision_macro": metrics.average_precision_score(y, p, average="macro"),
        "average_precision_weighted": metrics.average_precision_score(y, p, average="weighted"),
        "matthews": metrics.matthews_corrcoef(y, predicted),
        "balanced_accuracy": metrics.balanced_accuracy_score(y, predicted),
        "confusion_of_2_and_0": metrics.confusion_matrix(y, predicted, labels=[2, 0]).tolist(),
    }


def binary(seed, n, digits=None):
    rng = np.random.default_rng(seed)
    p = rng.beta(0.7, 0.9, n)
    y = (rng.random(n) < p**1.3).astype(int)
    if digits is not None:
        p = np.round(p, digits)
    precision, recall, thresholds = metrics.precision_recall_curve(y, p)
    curves = {}
    for strategy in ("uniform", "quantile"):
        for bins in (5, 10):
            true, mean = calibration_curve(y, p, n_bins=bins, strategy=strategy)
            curves[f"{strategy}_{bins}"] = {"share": true.tolist(), "mean": mean.tolist()}
    # Expected calibration error: scikit-learn has none; from numpy's own histogram of ten equal bins.
    place = np.digitize(p, np.linspace(0, 1, 11)[1:-1], right=True)
    gaps = [abs(p[place == b].sum() - y[place == b].sum()) for b in range(10)]
    return {
        "y": y.tolist(),
        "p": p.tolist(),
        "precision_recall": {
            "precision": precision.tolist(),
            "recall": recall.tolist(),
            "thresholds": thresholds.tolist(),
        },
        "calibration": curves,
        "expected_calibration_error": sum(gaps) / n,
    }


def regression(seed, n):
    rng = np.random.default_rng(seed)
    y = rng.normal(size=n)
    p = y + 0.3 * rng.normal(size=n)
    return {
        "y": y.tolist(),
        "p": p.tolist(),
        "rmse": metrics.root_mean_squared_error(y, p),
        "median_absolute_error": metrics.median_absolute_error(y, p),
        "mape": metrics.mean_absolute_percentage_error(y, p),
    }


print(
    json.dumps(
        {
            "made_with": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}",
            "command": "python scripts/golden/evaluate_metrics.py > test/evaluate/sklearn-metrics.json",
            "multiclass": [multiclass(1, 60, 3), multiclass(2, 80, 5, digits=2), multiclass(7, 120, 3)],
            "binary": [binary(3, 90), binary(4, 120, digits=1)],
            "regression": [regression(5, 31), regression(6, 40)],
        }
    )
)
