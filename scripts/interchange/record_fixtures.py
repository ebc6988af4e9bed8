"""Records in test/fixtures/interchange what Keras and scikit-learn make of fixed models, for the tests.

    npm run --silent build:tools
    python scripts/interchange/record_fixtures.py
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras
import numpy as np
import pandas as pd
import sklearn
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

sys.dont_write_bytecode = True
from check_keras import ROOT, docs_line

FOLDER = ROOT / "test/fixtures/interchange"
recorded = {"keras": keras.__version__, "sklearn": sklearn.__version__}


def shoals_model(folder):
    path = folder / "shoal.keras"
    subprocess.run(["node", ".build/scripts/interchange/write-fixed-model.js", path], cwd=ROOT, check=True)
    model = keras.models.load_model(path)
    table = pd.DataFrame({
        "size": [2.1, None, 3.3, 2.75, -1],
        "colour": ["red", "blue", None, "blue", "red"],
        "year": [2001, 1990, 2000, None, 1998.7],
    })
    x = docs_line("inputs", path=str(path), table=table)["x"].to_numpy()
    recorded["shoal_sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    recorded["shoal"] = keras.ops.convert_to_numpy(model(x)).tolist()


def deflated(archive, *files):
    """Keras stores its archives, which are mostly zeros; it opens compressed ones as well."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for file in files:
            target.writestr(zipfile.ZipInfo(file.name), file.read_bytes(), zipfile.ZIP_DEFLATED)


def keras_models(folder, x, y):
    keras.utils.set_random_seed(1)
    normalise = keras.layers.Normalization()
    normalise.adapt(x.astype("float32"))
    layers = [
        normalise,
        keras.layers.Dense(4, activation="gelu", kernel_regularizer="l2"),
        keras.layers.Dropout(0.1),
        keras.layers.Dense(3, use_bias=False),
        keras.layers.LeakyReLU(negative_slope=0.1),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
    model = keras.Sequential([keras.Input((3,)), *layers])
    model.compile("sgd", keras.losses.BinaryCrossentropy(label_smoothing=0.1))
    model.fit(x, y, epochs=2, verbose=0)
    model.save(folder / "sequential.keras")
    zipfile.ZipFile(folder / "sequential.keras").extractall(folder)
    files = [folder / name for name in ("metadata.json", "config.json", "model.weights.h5")]
    deflated(FOLDER / "sequential.keras", *files)
    assert (keras.models.load_model(FOLDER / "sequential.keras").predict(x, verbose=0) == model.predict(x, verbose=0)).all()
    recorded["sequential"] = model.predict(x, verbose=0).tolist()
    inputs = keras.Input((3,))
    model = keras.Model(inputs, keras.layers.Dense(3)(keras.layers.Dense(5, "swish")(inputs)))
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    (folder / "functional.json").write_text(model.to_json())
    model.save_weights(folder / "functional.weights.h5")
    deflated(FOLDER / "functional.zip", folder / "functional.json", folder / "functional.weights.h5")
    recorded["functional"] = keras.ops.convert_to_numpy(keras.ops.softmax(model(x))).tolist()


def sklearn_models(x, y):
    table = pd.DataFrame(x, columns=["a", "b", "c"])
    small = {"hidden_layer_sizes": (4, 3), "max_iter": 20, "random_state": 0}
    for name, model, target in (
        ("classifier", MLPClassifier(activation="logistic", **small), np.where(y > 0, "yes", "no")),
        ("regressor", MLPRegressor(activation="tanh", **small), x[:, 0] * 3 + x[:, 1]),
    ):
        pipe = make_pipeline(StandardScaler(), model).fit(table, target)
        docs_line("pipeline", pipe=pipe, file=str(FOLDER / f"{name}.json"))
        values = pipe.predict_proba(table)[:, 1:] if name == "classifier" else pipe.predict(table)[:, None]
        recorded[name] = values.tolist()


random = np.random.RandomState(0)
# Quarters are the same in single precision.
x = np.round(random.normal([5, -2, 300], [1, 3, 40], (12, 3)) * 4) / 4
y = (x[:, 0] + x[:, 1] > 3).astype(int)
FOLDER.mkdir(parents=True, exist_ok=True)
recorded["x"] = x.tolist()
with tempfile.TemporaryDirectory() as temporary:
    shoals_model(Path(temporary))
    keras_models(Path(temporary), x, y)
sklearn_models(x, y)
(FOLDER / "recorded.json").write_text(json.dumps(recorded) + "\n")
