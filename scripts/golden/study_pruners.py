"""Records which trials Optuna's pruners stop, and when: test/study/pruners.json.

    pip install optuna==5.0.0 && python scripts/golden/study_pruners.py > test/study/pruners.json

Trials run one after another. Like a Shoal trial, none is asked whether to stop after its last epoch.
"""

import json
import random

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)


def curves(count, epochs, falling, seed):
    """Noisy learning curves; falling ones never rise, so that their best value is their last."""
    generator = random.Random(seed)
    for _ in range(count):
        end, rate = generator.random(), 0.1 + generator.random()
        curve = [round(end + 2.718 ** (-rate * epoch) + 0.2 * generator.random(), 3) for epoch in range(epochs)]
        yield [min(curve[: epoch + 1]) for epoch in range(epochs)] if falling else curve


def record(pruner, count, epochs, first_step, falling=False, fails=(), seed=0):
    study = optuna.create_study(pruner=pruner, sampler=optuna.samplers.RandomSampler(seed=0), study_name="golden")
    trials = []
    for number, curve in enumerate(curves(count, epochs, falling, seed)):
        trial = study.ask()
        trained, state = epochs, optuna.trial.TrialState.COMPLETE
        if number in fails:
            state = optuna.trial.TrialState.FAIL
        for epoch, value in enumerate(curve, start=1):
            trial.report(value, epoch - 1 + first_step)
            if epoch < epochs and trial.should_prune():
                trained, state = epoch, optuna.trial.TrialState.PRUNED
                break
        study.tell(trial, curve[-1] if state == optuna.trial.TrialState.COMPLETE else None, state=state)
        row = {"curve": curve, "trained": trained, "failed": number in fails and trained == epochs}
        if isinstance(pruner, optuna.pruners.HyperbandPruner):
            row["bracket"] = pruner._get_bracket_id(study, trial)
        trials.append(row)
    return trials


def median(count, epochs, startup, warmup, interval, **options):
    pruner = optuna.pruners.MedianPruner(n_startup_trials=startup, n_warmup_steps=warmup, interval_steps=interval)
    settings = {"startupTrials": startup, "warmupEpochs": warmup, "interval": interval}
    return {"options": settings, "epochs": epochs, "trials": record(pruner, count, epochs, 0, True, **options)}


def asha(count, epochs, least, reduction, **options):
    pruner = optuna.pruners.SuccessiveHalvingPruner(
        min_resource=least, reduction_factor=reduction, min_early_stopping_rate=0
    )
    settings = {"minEpochs": least, "reduction": reduction}
    return {"options": settings, "epochs": epochs, "trials": record(pruner, count, epochs, 1, **options)}


def hyperband(count, epochs, least, reduction):
    pruner = optuna.pruners.HyperbandPruner(min_resource=least, max_resource=epochs, reduction_factor=reduction)
    settings = {"minEpochs": least, "reduction": reduction}
    trials = record(pruner, count, epochs, 1)
    return {"options": settings, "epochs": epochs, "shares": pruner._trial_allocation_budgets, "trials": trials}


golden = {
    "optuna": optuna.__version__,
    "median": [
        median(40, 10, 5, 0, 1),
        median(40, 12, 1, 3, 4, fails=(0, 3, 4), seed=1),
        median(20, 8, 0, 7, 1, seed=2),
    ],
    "asha": [asha(60, 10, 1, 3), asha(60, 17, 2, 2, seed=1), asha(40, 20, 1, 4, seed=2)],
    "hyperband": [hyperband(60, 9, 1, 3), hyperband(40, 20, 2, 2)],
}
text = json.dumps(golden, separators=(",", ":"))
print(text.replace('{"curve"', '\n{"curve"').replace('{"options"', '\n{"options"'))
