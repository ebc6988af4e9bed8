"""Checks ONNX files of Shoal with Python's packages onnx (its checker, with shape inference) and onnxruntime.

    npm run --silent build:tools && node .build/scripts/export/write-onnx-cases.js FOLDER
    python check-onnx.py FOLDER

Needs Python 3 with: pip install onnx onnxruntime numpy
"""

import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime

# Single precision: probabilities within 1e-6, and values within as much of their size.
TOLERANCE = 1e-6
TYPES = {"float": np.float32, "double": np.float64, "string": object}


def array(tensor):
    values = [np.nan if value is None else value for value in tensor["values"]]
    return np.array(values, dtype=TYPES[tensor["type"]]).reshape(tensor["rows"], tensor["columns"])


def deviation(name, found, expected):
    """The largest difference, relative where values are larger than 1; infinite where labels differ."""
    if name == "label":
        return 0.0 if found.ravel().tolist() == expected else float("inf")
    expected = np.array(expected)
    return float(np.max(np.abs(found.ravel() - expected) / np.maximum(1, np.abs(expected))))


def check(path):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    case = json.loads(path.with_suffix(".json").read_text())
    session = onnxruntime.InferenceSession(path)
    names = [output.name for output in session.get_outputs()]
    assert sorted(names) == sorted(case["outputs"]), f"{path.name} has outputs {names}"
    feeds = {name: array(tensor) for name, tensor in case["inputs"].items()}
    outputs = zip(names, session.run(None, feeds))
    return max(deviation(name, found, case["outputs"][name]) for name, found in outputs)


def main():
    paths = sorted(pathlib.Path(sys.argv[1]).glob("*.onnx"))
    deviations = {path.name: check(path) for path in paths}
    worst = max(deviations, key=deviations.get)
    print(f"onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}: {len(paths)} models are valid")
    print(f"largest deviation {deviations[worst]:.2g}, in {worst}")
    failed = [name for name, found in deviations.items() if not found <= TOLERANCE]
    print("\n".join(["above the tolerance:", *failed]) if failed else f"all within {TOLERANCE}")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
