"""KerasTuner's Hyperband on a Keras network; a fifth of the rows judges the trials."""

import os
import tempfile

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import keras_tuner
import numpy as np
from sklearn.metrics import log_loss
from sklearn.preprocessing import StandardScaler

import tuning

BINARY = len(tuning.classes) == 2
HIDDEN = {"-".join(map(str, widths)): widths for widths in tuning.HIDDEN}
# Ends the search: KerasTuner goes on after any other error.
TimeIsOver = keras_tuner.errors.FatalError


class Network(keras_tuner.HyperModel):
    def build(self, hp):
        penalty = keras.regularizers.L1L2(
            hp.Float("l1", 1e-5, 1e-2, sampling="log"), hp.Float("l2", 1e-6, 1e-2, sampling="log")
        )
        dropout = hp.Float("dropout", 0, 0.3)
        model = keras.Sequential([keras.Input((tuning.x.shape[1],))])
        for units in HIDDEN[hp.Choice("hidden", list(HIDDEN))]:
            model.add(keras.layers.Dense(units, activation="relu", kernel_regularizer=penalty))
            model.add(keras.layers.Dropout(dropout))
        units, output = (1, "sigmoid") if BINARY else (len(tuning.classes), "softmax")
        model.add(keras.layers.Dense(units, activation=output, kernel_regularizer=penalty))
        rate = hp.Float("learning_rate", *tuning.LEARNING_RATE, sampling="log")
        batch_size = hp.Choice("batch_size", tuning.BATCH_SIZES)
        steps = tuning.MOST_EPOCHS * -(-len(tuning.y) * 4 // 5 // batch_size)
        rate = keras.optimizers.schedules.CosineDecay(rate, steps)
        losses, name = keras.losses, "BinaryCrossentropy" if BINARY else "CategoricalCrossentropy"
        model.compile(
            optimizer=keras.optimizers.Adam(rate),
            loss=getattr(losses, name)(),
            # Without penalties, unlike val_loss.
            metrics=[getattr(keras.metrics, name)(name="log_loss")],
        )
        return model

    def fit(self, hp, model, *arguments, **settings):
        return model.fit(*arguments, batch_size=hp.get("batch_size"), **settings)


class Deadline(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if tuning.time_is_over():
            raise TimeIsOver("the time is over")


class Tuner(keras_tuner.Hyperband):
    def on_trial_end(self, trial):
        super().on_trial_end(trial)
        if trial.score is None:
            return
        values = trial.hyperparameters.values
        # Trials that go on with an earlier one's weights count their epochs from there.
        epochs = values["tuner/initial_epoch"] + trial.best_step + 1
        search.add(trial.score, {**values, "epochs": epochs})


def targets(y):
    places = np.searchsorted(tuning.classes, y)
    return places.astype(np.float32)[:, None] if BINARY else keras.utils.to_categorical(places, len(tuning.classes))


def probabilities(parameters, x, y, x_judging):
    """Of some rows, after training on others for a fixed number of epochs."""
    hp = keras_tuner.HyperParameters()
    hp.values = dict(parameters)
    keras.utils.set_random_seed(tuning.options.seed)
    scaler = StandardScaler().fit(x)
    model = Network().build(hp)
    Network().fit(hp, model, scaler.transform(x), targets(y), epochs=parameters["epochs"], verbose=0)
    outputs = model.predict(scaler.transform(x_judging), verbose=0).astype(float)
    return np.hstack([1 - outputs, outputs]) if BINARY else outputs


def score(parameters, seed):
    """The cross-validated log loss."""
    x, y = tuning.x, tuning.y
    losses = []
    for training, judging in tuning.folds(seed).split(x, y):
        outputs = probabilities(parameters, x[training], y[training], x[judging])
        losses.append(log_loss(y[judging], outputs, labels=tuning.classes))
    return np.mean(losses)


search = tuning.Search()
keras.utils.set_random_seed(tuning.options.seed)
# validation_split takes the last rows, which are in random order here.
scaled = StandardScaler().fit_transform(tuning.x)
with tempfile.TemporaryDirectory() as folder:
    tuner = Tuner(
        Network(),
        objective=keras_tuner.Objective("val_log_loss", "min"),
        max_epochs=tuning.MOST_EPOCHS,
        # Again and again until the time is over.
        hyperband_iterations=1000,
        seed=tuning.options.seed,
        directory=folder,
    )
    try:
        tuner.search(scaled, targets(tuning.y), validation_split=0.2, callbacks=[Deadline()], verbose=0)
    except TimeIsOver:
        pass
search.judge(score, lambda parameters: probabilities(parameters, tuning.x, tuning.y, tuning.x_held_out))
