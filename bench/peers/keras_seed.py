"""Keras on TensorFlow: model.fit, one training after the other.

The model is compiled once. Each trial gets fresh weights and a fresh optimizer state, so that no trial pays for the
tracing that a new model would need.
"""

import os
import time

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras

import peer

options = peer.arguments(trials=1, steps=("1", "epoch"))
sizes = [int(width) for width in options.network.split("-")]
data = peer.rows(sizes)
binary = sizes[-1] == 1
steps_per_execution = 1 if options.steps == "1" else peer.ROWS // peer.BATCH

model = keras.Sequential(
    [keras.Input((sizes[0],))]
    + [keras.layers.Dense(units, activation="relu") for units in sizes[1:-1]]
    + [keras.layers.Dense(sizes[-1], activation="sigmoid" if binary else "softmax")]
)
model.compile(
    optimizer=keras.optimizers.Adam(peer.LEARNING_RATE),
    loss="binary_crossentropy" if binary else "sparse_categorical_crossentropy",
    metrics=["accuracy"],
    steps_per_execution=steps_per_execution,
)


def fit(epochs):
    return model.fit(
        data.x,
        data.y,
        batch_size=peer.BATCH,
        epochs=epochs,
        validation_data=(data.x_val, data.y_val),
        validation_batch_size=peer.VALIDATION_ROWS,
        verbose=0,
    )


started = time.perf_counter()
model.optimizer.build(model.trainable_variables)
fresh_optimizer = [variable.numpy() for variable in model.optimizer.variables]
fit(epochs=1)
compile_seconds = time.perf_counter() - started


def train_one(seed):
    keras.utils.set_random_seed(seed)
    model.set_weights(keras.models.clone_model(model).get_weights())
    for variable, value in zip(model.optimizer.variables, fresh_optimizer):
        variable.assign(value)
    return fit(peer.EPOCHS).history["val_loss"][-1]


peer.measure(
    "Keras, model.fit" if steps_per_execution == 1 else "Keras, model.fit, an epoch an execution",
    keras.__version__,
    options,
    lambda first: [train_one(first + trial) for trial in range(options.trials)],
    compile_seconds,
)
