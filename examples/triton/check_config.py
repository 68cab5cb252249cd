"""Checks config.pbtxt against the graph that it serves: names, types, and the shapes of outputs (needs onnxruntime).

python check_config.py MODEL_FOLDER   (with config.pbtxt and 1/model.onnx)
"""

import os
import re
import sys

import numpy as np
import onnxruntime

TYPES = {"TYPE_INT64": ("tensor(int64)", np.int64), "TYPE_FP32": ("tensor(float)", np.float32)}


def declared(config, section):
    """Returns {name: (type, dims)} of `input [...]` or `output [...]`."""
    body = re.search(rf"^{section} \[(.*?)^\]", config, re.M | re.S).group(1)
    fields = re.findall(r'name: "(\w+)", data_type: (\w+), dims: \[ ([-\d, ]+) \]', body)
    return {name: (kind, [int(side) for side in dims.split(",")]) for name, kind, dims in fields}


def main(folder):
    config = re.sub(r"^#.*$", "", open(os.path.join(folder, "config.pbtxt")).read(), flags=re.M)
    session = onnxruntime.InferenceSession(os.path.join(folder, "1", "model.onnx"))
    inputs, outputs = declared(config, "input"), declared(config, "output")
    assert set(inputs) == {value.name for value in session.get_inputs()}, inputs
    types = {value.name: value.type for value in session.get_inputs() + session.get_outputs()}
    for name, (kind, _) in {**inputs, **outputs}.items():
        assert types[name] == TYPES[kind][0], name
    batch, length = 3, 7
    feeds = {name: np.ones((batch, length), TYPES[kind][1]) for name, (kind, _) in inputs.items()}
    for name, value in zip(outputs, session.run(list(outputs), feeds)):
        assert list(value.shape) == [batch, *outputs[name][1]], (name, value.shape)
    print(f"{len(inputs)} inputs and {len(outputs)} outputs agree")


if __name__ == "__main__":
    main(*sys.argv[1:])
