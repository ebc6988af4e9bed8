"""scikit-learn's HalvingRandomSearchCV on its MLPClassifier: one search after the other until the time is over.

The last one is run to its end and does not count, since a search has no way to stop it.
Early rounds of a search work on few of the rows and its last one on most, so that its own scores are no losses on all.
"""

import warnings

from scipy.stats import loguniform
from sklearn.exceptions import ConvergenceWarning
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import HalvingRandomSearchCV

import tuning

tuning.os.environ["PYTHONWARNINGS"] = "ignore"
warnings.filterwarnings("ignore")
PREFIX = "mlpclassifier__"
SPACE = {
    "hidden_layer_sizes": tuning.HIDDEN,
    "learning_rate_init": loguniform(*tuning.LEARNING_RATE),
    "batch_size": tuning.BATCH_SIZES,
    "alpha": loguniform(*tuning.ALPHA),
    "max_iter": [5, 8, 12, 18, 27, 40, 60],
}

search = tuning.Search()
number = 0
while not tuning.time_is_over():
    halving = HalvingRandomSearchCV(
        tuning.mlp(tuning.options.seed),
        {PREFIX + name: values for name, values in SPACE.items()},
        scoring="neg_log_loss",
        cv=tuning.folds(tuning.options.seed),
        refit=False,
        n_jobs=tuning.JOBS,
        random_state=1000 * tuning.options.seed + number,
    )
    halving.fit(tuning.x, tuning.y)
    parameters = {name.removeprefix(PREFIX): value for name, value in halving.best_params_.items()}
    search.add(-halving.best_score_, parameters, tried=halving.n_candidates_[0])
    number += 1
search.judge(tuning.mlp_score, tuning.mlp_outputs)
