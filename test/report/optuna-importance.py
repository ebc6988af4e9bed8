"""Optuna's importances of the function in importance.test.ts, for the values recorded there.

Numbers on linear scales only: Optuna's evaluator takes the columns of a choice for independent of each other, and
logarithmic parameters for linear ones, and so answers other questions about these.

Run with: python test/report/optuna-importance.py  (optuna 5.0.0, scikit-learn 1.9.1)
"""

import math

import optuna
from optuna.distributions import FloatDistribution
from optuna.importance import FanovaImportanceEvaluator

optuna.logging.set_verbosity(optuna.logging.ERROR)
names = ["x", "y", "z", "band", "idle"]
distributions = {name: FloatDistribution(0, 1) for name in names}


def places(index):
    """Five numbers from 0 to 1: multiples of irrational numbers, without their whole parts."""
    return [((index + 1) * math.sqrt(prime)) % 1 for prime in (2, 3, 5, 7, 11)]


def value(x, y, z, band, idle):
    return x + 2 * (z - 0.3) ** 2 + 0.5 * (math.floor(3 * band) == 1) + 2 * (x - 0.5) * (y - 0.5)


study = optuna.create_study()
for index in range(600):
    params = dict(zip(names, places(index)))
    study.add_trial(
        optuna.trial.create_trial(params=params, distributions=distributions, value=value(**params))
    )

for seed in range(3):
    importances = FanovaImportanceEvaluator(seed=seed).evaluate(study)
    print(seed, {name: round(float(importances[name]), 4) for name in names})
