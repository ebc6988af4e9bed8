"""Checks the files that Shoal exchanges with Keras and scikit-learn with those packages themselves.

    npm run --silent build && npm run --silent build:tools
    python scripts/interchange/check_keras.py [--keep FOLDER]

It needs keras (with any backend), scikit-learn, pandas and node. It opens a model of every activation, loss, depth and
optimizer in Keras, and compares predictions, loss, metric and learning rate with Shoal's; then it trains models with
Keras and scikit-learn, imports them with the lines of Python in docs/keras.md and `shoal import`, and compares the predictions of `shoal predict`.
"""

import argparse
import io
import json
import os
import re
import subprocess
import tempfile
import warnings
import zipfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras
import numpy as np
import pandas as pd
import sklearn
import sklearn.exceptions
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

ROOT = Path(__file__).resolve().parents[2]
SHOAL = "dist/cli/main.js"
# Of probabilities; of values relative to their size above 1.
TOLERANCE = 1e-6
# A loss is a mean of single-precision logarithms of probabilities with such errors.
LOSS_TOLERANCE = 1e-5

warnings.simplefilter("ignore", sklearn.exceptions.ConvergenceWarning)
failures = []


def node(script, *arguments):
    command = ["node", str(ROOT / script), *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def difference(ours, theirs):
    ours, theirs = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    return float(np.max(np.abs(ours - theirs) / np.maximum(1, np.abs(theirs))))


def report(name, **checks):
    """Each check is a pair of a difference and what it may be."""
    wrong = [check for check, (value, most) in checks.items() if not value <= most]
    failures.extend(f"{name}: {check}" for check in wrong)
    values = "  ".join(f"{check} {value:.1e}" for check, (value, _) in checks.items())
    print(f"{'FAILED' if wrong else 'ok':7}{name:34}{values}", flush=True)


def exported(path):
    """What Keras makes of a model of Shoal's, with a table's raw rows made into numbers as docs/keras.md says."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = keras.models.load_model(path)
    facts = json.loads(path.with_suffix(".json").read_text())
    table = pd.DataFrame(facts["columns"])
    inputs = docs_line("inputs", path=str(path), table=table)
    target = inputs["notes"]["preprocessing"]["target"]
    x, y = inputs["x"].to_numpy(), table[target["name"]].to_numpy(dtype=float)
    if target["labels"]:
        y = np.array([target["labels"].index(f"{label:g}") for label in y])
    if model.loss.name == "categorical_crossentropy":
        y = np.eye(len(target["labels"]))[y]
    keras.config.set_floatx("float64" if path.stem == "large-numbers" else "float32")
    loss, metric = model.evaluate(x, y, verbose=0)
    rate = float(model.optimizer.learning_rate.numpy())
    report(
        path.stem,
        predict=(difference(model.predict(x, verbose=0), facts["predictions"]), TOLERANCE),
        call=(difference(model(x), facts["predictions"]), TOLERANCE),
        loss=(difference(loss, facts["loss"]), LOSS_TOLERANCE),
        metric=(difference(metric, facts["metric"]), LOSS_TOLERANCE),
        rate=(difference(rate, facts["learningRate"]), 1e-9),
    )
    # It trains on from where it is.
    history = model.fit(x, y, epochs=1, verbose=0).history
    if not history["loss"][0] < 1.5 * facts["loss"] + 0.5:
        failures.append(f"{path.stem}: trained on to a loss of {history['loss'][0]}")
    if path.stem.startswith(("binary", "dropout")):
        again = path.with_name(f"again-{path.name}")
        model.save(again)
        predictions = both(model.predict(x, verbose=0))
        imported(again.stem, [again], predictions, inputs["x"], inputs["notes"]["features"])


def docs_line(name, **variables):
    """Runs the block of Python in docs/keras.md that begins with `# NAME`."""
    text = (ROOT / "docs/keras.md").read_text()
    (block,) = re.findall(rf"```python\n# {name}\b[^\n]*\n(.*?)```", text, re.S)
    exec(block, variables)
    return variables


def imported(name, files, predictions, x, columns, *names):
    """Imports files, and compares what Shoal predicts for a CSV table with what the other tool did."""
    model, table = files[0].with_suffix(".safetensors"), files[0].with_suffix(".csv")
    x.to_csv(table, index=False)
    weights = ["--weights", files[1]] if len(files) > 1 else []
    features = ["--features", ",".join(columns)] if columns else []
    node(SHOAL, "import", files[0], *weights, *features, *names, "--model", model, "--force")
    text = node(SHOAL, "predict", model, "--data", table, "--engine", "cpu", "--quiet")
    rows = pd.read_csv(io.StringIO(text), dtype={"prediction": str})
    probabilities = rows.filter(like="probability_")
    ours = probabilities if len(probabilities.columns) else rows[["prediction"]]
    report(name, predict=(difference(ours, predictions), TOLERANCE))
    return list(rows["prediction"])


def both(probability):
    """Keras gives the probability of the second class alone."""
    return np.hstack([1 - probability, probability])


def keras_models(folder):
    cancer, diabetes, iris = load_breast_cancer(as_frame=True), load_diabetes(as_frame=True), load_iris(as_frame=True)
    layers = keras.layers
    hidden = {
        **{name: [layers.Dense(8, activation=name)] for name in (
            "linear relu leaky_relu elu selu gelu silu swish softplus tanh sigmoid".split()
        )},
        "LeakyReLU-layer": [layers.Dense(8), layers.LeakyReLU(negative_slope=0.1)],
        "ELU-layer": [layers.Dense(8), layers.ELU(alpha=0.5)],
        "ReLU-layer": [layers.Dense(8), layers.ReLU()],
        "Activation-layer": [layers.Dense(8), layers.Activation("gelu")],
        "LeakyReLU-inside": [layers.Dense(8, activation=layers.LeakyReLU(negative_slope=0.3))],
        "dropout-L2-no-bias": [
            layers.Dense(12, activation="relu", use_bias=False, kernel_regularizer="l2"),
            layers.Dropout(0.2),
            layers.Dense(6, activation="tanh", kernel_regularizer=keras.regularizers.L1L2(1e-4, 1e-3)),
        ],
        "depth-0": [],
        "depth-8": [layers.Dense(12, activation="relu") for _ in range(8)],
    }
    for name, middle in hidden.items():
        normalise = layers.Normalization()
        normalise.adapt(cancer.data.to_numpy(dtype="float32"))
        model = keras.Sequential([keras.Input((30,)), normalise, *middle, layers.Dense(1, activation="sigmoid")])
        model.compile("adam", "binary_crossentropy")
        one_keras(folder, f"keras-{name}", model, cancer)
    mean, variance = diabetes.data.mean().tolist(), diabetes.data.var().tolist()
    inputs = keras.Input((10,))
    outputs = layers.Dense(1)(layers.Dense(8, "tanh")(layers.Normalization(mean=mean, variance=variance)(inputs)))
    model = keras.Model(inputs, outputs)
    model.compile("adam", "mse")
    one_keras(folder, "keras-functional-regression", model, diabetes, target="disease")
    for name, output in {"softmax": layers.Dense(3, activation="softmax"), "logits": layers.Dense(3)}.items():
        model = keras.Sequential([keras.Input((4,)), layers.Dense(8, "relu"), output])
        model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=name == "logits"))
        one_keras(folder, f"keras-{name}", model, iris)


def one_keras(folder, name, model, data, target="target"):
    x = data.data.to_numpy(dtype="float64")
    model.fit(x, data.target, epochs=3, verbose=0)
    predictions = model.predict(x, verbose=0)
    if name == "keras-logits":
        predictions = keras.ops.convert_to_numpy(keras.ops.softmax(predictions))
    elif data.target.nunique() == 2:
        predictions = both(predictions)
    columns = [column.replace(",", "") for column in data.data.columns]
    archive = folder / f"{name}.keras"
    model.save(archive)
    table = data.data.set_axis(columns, axis=1)
    imported(name, [archive], predictions, table, columns, "--target", target)
    if name in ("keras-relu", "keras-functional-regression"):
        files = [folder / f"{name}-pair.json", folder / f"{name}.weights.h5"]
        files[0].write_text(model.to_json())
        model.save_weights(files[1])
        imported(f"{name}-pair", files, predictions, table, columns)


def sklearn_models(folder):
    cancer, diabetes, iris = load_breast_cancer(as_frame=True), load_diabetes(as_frame=True), load_iris(as_frame=True)
    small = {"max_iter": 30, "random_state": 0}
    classes = {0: "setosa", 1: "versicolor", 2: "virginica"}
    for activation in ("identity", "logistic", "tanh", "relu"):
        mlp = MLPClassifier(hidden_layer_sizes=(16, 8), activation=activation, **small)
        one_sklearn(folder, f"sklearn-binary-{activation}", make_pipeline(StandardScaler(), mlp), cancer.data, cancer.target)
        mlp = MLPRegressor(hidden_layer_sizes=(16,), activation=activation, **small)
        one_sklearn(folder, f"sklearn-regressor-{activation}", make_pipeline(StandardScaler(), mlp), diabetes.data, diabetes.target)
    one_sklearn(folder, "sklearn-multiclass", MLPClassifier(hidden_layer_sizes=(10,), **small), iris.data, iris.target.map(classes))
    one_sklearn(folder, "sklearn-multiclass-deep", MLPClassifier(hidden_layer_sizes=(10,) * 6, **small), iris.data, iris.target)
    one_sklearn(folder, "sklearn-regressor-alone", MLPRegressor(hidden_layer_sizes=(10,), **small), diabetes.data, diabetes.target)


def one_sklearn(folder, name, model, x, y):
    model.fit(x, y)
    file = folder / f"{name}.json"
    if hasattr(model, "steps"):
        docs_line("pipeline", pipe=model, file=str(file))
    else:
        docs_line("alone", m=model, file=str(file))
    is_classifier = hasattr(model, "predict_proba")
    theirs = model.predict_proba(x) if is_classifier else model.predict(x)[:, None]
    labels = imported(name, [file], theirs, x, None)
    if is_classifier and list(map(str, model.predict(x))) != labels:
        failures.append(f"{name}: labels")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", type=Path, help="a folder for the files, which stay there")
    keep = parser.parse_args().keep
    print(f"Keras {keras.__version__} on {keras.backend.backend()}, scikit-learn {sklearn.__version__}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        print("\nShoal's models in Keras: largest differences")
        node(".build/scripts/interchange/export-models.js", folder)
        for path in sorted(folder.glob("[!a]*.keras")):
            exported(path)
        print("\nKeras's models in Shoal: largest difference")
        keras_models(folder)
        print("\nscikit-learn's models in Shoal: largest difference")
        sklearn_models(folder)
    print(f"\n{len(failures)} failures", *failures, sep="\n  ")
    raise SystemExit(bool(failures))


if __name__ == "__main__":
    main()
