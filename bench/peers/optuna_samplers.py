"""Optuna's samplers on functions whose minimum is known.

The functions are those of bench/test-functions.ts, or one is looked up in a table that bench/tabular.ts made.
"""

import argparse
import json
import math

import optuna

parser = argparse.ArgumentParser()
parser.add_argument("--sampler", choices=["tpe", "cmaes", "gp", "random", "asha"], required=True)
parser.add_argument("--function", choices=["branin", "hartmann6", "rosenbrock10", "conditional", "table"], required=True)
parser.add_argument("--table", help="the file of the function table")
parser.add_argument("--seeds", type=int, default=20)
parser.add_argument("--batch", type=int, default=1, help="trials that are asked for before their values are told")
parser.add_argument("--budgets", default="100,200,400", help="numbers of trials after which the best value is noted")
options = parser.parse_args()
budgets = [int(budget) for budget in options.budgets.split(",")]

HARTMANN_ALPHA = [1.0, 1.2, 3.0, 3.2]
HARTMANN_A = [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
]
HARTMANN_P = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]


def branin(trial):
    x = trial.suggest_float("x", -5, 10)
    y = trial.suggest_float("y", 0, 15)
    slope = y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6
    return slope**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def hartmann6(trial):
    x = [trial.suggest_float(f"x{i}", 0, 1) for i in range(6)]
    hills = (
        alpha * math.exp(-sum(a * (v - p) ** 2 for a, p, v in zip(row_a, row_p, x)))
        for alpha, row_a, row_p in zip(HARTMANN_ALPHA, HARTMANN_A, HARTMANN_P)
    )
    return -sum(hills)


def rosenbrock10(trial):
    x = [trial.suggest_float(f"x{i}", -5, 10) for i in range(10)]
    return sum(100 * (b - a**2) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:]))


def conditional(trial):
    dropout = trial.suggest_float("dropout", 0, 0.8)
    algorithm = trial.suggest_categorical("algorithm", ["linear", "kernel", "network"])
    shared = (dropout - 0.2) ** 2
    if algorithm == "linear":
        strength = math.log10(trial.suggest_float("strength", 1e-4, 1, log=True))
        return 0.5 + shared + 0.05 * (strength + 2) ** 2
    if algorithm == "kernel":
        cost = math.log10(trial.suggest_float("cost", 1e-2, 1e2, log=True))
        width = math.log10(trial.suggest_float("width", 1e-4, 1, log=True))
        return 0.2 + shared + 0.1 * (cost - 1) ** 2 + 0.1 * (width + 2 + 0.5 * (cost - 1)) ** 2
    layers = trial.suggest_int("layers", 1, 3)
    rate = math.log10(trial.suggest_float("rate", 1e-5, 1e-1, log=True))
    solver = trial.suggest_categorical("solver", ["adam", "sgd"])
    momentum = trial.suggest_float("momentum", 0, 1) if solver == "sgd" else 0.9
    best_rate = -3 if solver == "adam" else -1.5
    loss = shared + 0.1 * (layers - 2) ** 2 + 0.2 * (rate - best_rate) ** 2 + 0.5 * (momentum - 0.9) ** 2
    return loss + (0.05 if solver == "adam" else 0)


def sampler_of(seed):
    if options.sampler == "tpe":
        return optuna.samplers.TPESampler(multivariate=True, group=True, seed=seed)
    if options.sampler == "cmaes":
        return optuna.samplers.CmaEsSampler(seed=seed, warn_independent_sampling=False)
    if options.sampler == "gp":
        return optuna.samplers.GPSampler(seed=seed, warn_independent_sampling=False)
    return optuna.samplers.RandomSampler(seed=seed)


def losses_of(trial):
    """The row of the table that the trial's parameters lie in."""
    place = 0
    for parameter in table["parameters"]:
        name, kind = parameter["name"], parameter["kind"]
        if kind == "choice":
            level, levels = parameter["values"].index(trial.suggest_categorical(name, parameter["values"])), len(parameter["values"])
        elif kind == "int":
            level = trial.suggest_int(name, parameter["low"], parameter["high"]) - parameter["low"]
            levels = parameter["high"] - parameter["low"] + 1
        else:
            low, high, levels = parameter["low"], parameter["high"], parameter["levels"]
            value = trial.suggest_float(name, low, high, log=True)
            level = max(0, min(levels - 1, math.floor(math.log(value / low) / math.log(high / low) * levels)))
        place = place * levels + level
    return table["losses"][place]


def table_value(trial):
    return losses_of(trial)[-1]


def evaluate_whole(study, trials):
    evaluate = table_value if options.function == "table" else globals()[options.function]
    values = [evaluate(trial) for trial in trials]
    for trial, value in zip(trials, values):
        study.tell(trial, value)
    return [(1.0, value) for value in values]


def evaluate_halving(study, trials):
    """Trains all trials epoch by epoch side by side. Returns the share of its epochs that each had, and its value."""
    rows = [losses_of(trial) for trial in trials]
    ended = [None] * len(trials)
    for epoch in range(1, table["epochs"] + 1):
        for i, trial in enumerate(trials):
            if ended[i] is not None:
                continue
            trial.report(rows[i][epoch - 1], epoch)
            if epoch == table["epochs"]:
                study.tell(trial, rows[i][-1])
                ended[i] = (1.0, rows[i][-1])
            elif trial.should_prune():
                study.tell(trial, state=optuna.trial.TrialState.PRUNED)
                ended[i] = (epoch / table["epochs"], math.inf)
    return ended


def best_values(seed):
    pruner = optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=3)
    study = optuna.create_study(sampler=sampler_of(seed), pruner=pruner)
    evaluate = evaluate_halving if options.sampler == "asha" else evaluate_whole
    results, used = [], 0.0
    while used < max(budgets):
        count = options.batch if options.sampler == "asha" else min(options.batch, max(budgets) - len(results))
        new = evaluate(study, [study.ask() for _ in range(count)])
        results += new
        used += sum(share for share, _ in new)
    return [least_within(results, budget) for budget in budgets]


def least_within(results, budget):
    """The least value before so many whole trials were used up."""
    used, least = 0.0, math.inf
    for share, value in results:
        used += share
        if used > budget + 1e-9:
            break
        least = min(least, value)
    return least


table = json.load(open(options.table)) if options.table else None
optuna.logging.set_verbosity(optuna.logging.ERROR)
best = [best_values(seed) for seed in range(options.seeds)]
print(json.dumps({"system": "Optuna", "version": optuna.__version__, "best": best}))
