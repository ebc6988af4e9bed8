"""Records what Python's safetensors writes, and what it says of hostile files.

    node test/export/write-hostile-files.mjs FOLDER
    python test/export/record-safetensors.py FOLDER > test/export/safetensors.json
"""

import base64
import json
import sys
from pathlib import Path

import numpy as np
import safetensors
from safetensors.numpy import save


def verdict(path: Path) -> str:
    try:
        with safetensors.safe_open(path, "np"):
            return "read"
    except Exception as error:
        return str(error).splitlines()[0][:100]


tensors = {
    "kernel": np.arange(6, dtype=np.float32).reshape(2, 3) / 7,
    "bias": np.array([-1.5, 0.25, 3e-45], dtype=np.float32),
    "step": np.array(7, dtype=np.int64),
    "empty": np.zeros((0, 4), dtype=np.float64),
    "mask": np.array([True, False]),
}
metadata = {"format": "np", "ä": 'quotes " and \\ and 🐟'}
names = {"float32": "F32", "float64": "F64", "int64": "I64", "bool": "BOOL"}
index = json.loads((Path(sys.argv[1]) / "index.json").read_text())
print(
    json.dumps(
        {
            "madeWith": f"safetensors {safetensors.__version__}",
            "written": {
                "file": base64.b64encode(save(tensors, metadata)).decode(),
                "metadata": metadata,
                "tensors": {
                    name: {
                        "dtype": names[str(tensor.dtype)],
                        "shape": list(tensor.shape),
                        "bytes": tensor.tobytes().hex(),
                    }
                    for name, tensor in tensors.items()
                },
            },
            "verdicts": {name: verdict(Path(sys.argv[1]) / file) for name, file in index.items()},
        },
        indent=2,
        ensure_ascii=False,
    )
)
