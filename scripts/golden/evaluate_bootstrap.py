"""Records percentile intervals of scipy.stats.bootstrap for the rows of test/evaluate/sklearn-metrics.json:
test/evaluate/scipy-bootstrap.json. Resamples are others than Shoal's, so that ends agree within their own noise.

    pip install scipy==1.17.1 scikit-learn==1.9.1
    python scripts/golden/evaluate_bootstrap.py > test/evaluate/scipy-bootstrap.json
"""

import json
from pathlib import Path

import numpy as np
import scipy
from scipy.stats import binom, bootstrap
from sklearn import metrics

cases = json.loads(Path("test/evaluate/sklearn-metrics.json").read_text())


def interval(case, score):
    y, p = np.array(case["y"]), np.array(case["p"])
    rows = np.arange(len(y))
    result = bootstrap(
        (rows,),
        lambda i: score(y[i], p[i]),
        vectorized=False,
        n_resamples=20000,
        confidence_level=0.9,
        method="percentile",
        rng=np.random.default_rng(0),
    )
    return [float(result.confidence_interval.low), float(result.confidence_interval.high)]


binary, multiclass, regression = cases["binary"][0], cases["multiclass"][2], cases["regression"][1]
print(
    json.dumps(
        {
            "made_with": f"scipy {scipy.__version__}",
            "command": "python scripts/golden/evaluate_bootstrap.py > test/evaluate/scipy-bootstrap.json",
            "confidence": 0.9,
            "binary": {
                "roc_auc": interval(binary, metrics.roc_auc_score),
                "average_precision": interval(binary, metrics.average_precision_score),
                "log_loss": interval(binary, metrics.log_loss),
                "f1": interval(binary, lambda y, p: metrics.f1_score(y, p > 0.5)),
                "matthews_corrcoef": interval(binary, lambda y, p: metrics.matthews_corrcoef(y, p > 0.5)),
            },
            "multiclass": {
                "log_loss": interval(multiclass, lambda y, p: metrics.log_loss(y, p, labels=[0, 1, 2])),
                "f1_macro": interval(multiclass, lambda y, p: metrics.f1_score(y, p.argmax(axis=1), average="macro")),
            },
            "regression": {
                "r2": interval(regression, metrics.r2_score),
                "median_absolute_error": interval(regression, metrics.median_absolute_error),
            },
            # The share of right rows in a resample is binomial.
            "accuracy_of_150_in_200": [float(end) for end in binom.ppf([0.025, 0.975], 200, 0.75) / 200],
        }
    )
)
