"""Optuna's TPE on scikit-learn's MLPClassifier, each trial cross-validated."""

import warnings

import optuna
from sklearn.exceptions import ConvergenceWarning

import tuning

warnings.filterwarnings("ignore", category=ConvergenceWarning)
warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
# Worker processes read it.
tuning.os.environ["PYTHONWARNINGS"] = "ignore"
search = tuning.Search()
HIDDEN = {"-".join(map(str, widths)): widths for widths in tuning.HIDDEN}


def objective(trial):
    parameters = {
        "hidden_layer_sizes": HIDDEN[trial.suggest_categorical("hidden", list(HIDDEN))],
        "learning_rate_init": trial.suggest_float("learning_rate_init", *tuning.LEARNING_RATE, log=True),
        "batch_size": trial.suggest_categorical("batch_size", tuning.BATCH_SIZES),
        "alpha": trial.suggest_float("alpha", *tuning.ALPHA, log=True),
        "max_iter": trial.suggest_int("max_iter", *tuning.EPOCHS, log=True),
    }
    loss = tuning.mlp_score(parameters, tuning.options.seed)
    search.add(loss, parameters)
    return loss


optuna.logging.set_verbosity(optuna.logging.ERROR)
study = optuna.create_study(sampler=optuna.samplers.TPESampler(multivariate=True, seed=tuning.options.seed))
study.optimize(objective, timeout=max(0, tuning.options.until - tuning.time.time()))
search.judge(tuning.mlp_score, tuning.mlp_outputs)
