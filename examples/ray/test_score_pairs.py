"""Scores pairs on a local cluster of two nodes and compares with `albert paraphrase`.

    python test_score_pairs.py MODEL EXPORTED_MODEL

MODEL is a model folder of this project; EXPORTED_MODEL is written by `albert export MODEL EXPORTED_MODEL --to onnx`.
"""

import json
import os
import subprocess
import sys
import tempfile

import pyarrow.parquet
import ray
from ray.cluster_utils import Cluster

from score_pairs import score

REPOSITORY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
# Our runtime sums f32 in a different order than ONNX Runtime.
TOLERANCE = 1e-4

SENTENCES = [
    "A man is playing a guitar.",
    "Someone plays the guitar.",
    'The "quoted" bird, 1,000 of them, flew away.',
    "Shares fell 3 % on Tuesday.",
    "On Tuesday, shares dropped three percent.",
    "Où est la bibliothèque ?",
    "The cat sat on the mat.",
    "Nobody was at home yesterday evening.",
]


def main(model, exported):
    with tempfile.TemporaryDirectory() as folder:
        pairs = os.path.join(folder, "pairs.tsv")
        with open(pairs, "w", encoding="utf8") as file:
            for a in SENTENCES:
                for b in SENTENCES:
                    file.write(f"{a}\t{b}\n")
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 2})
        cluster.add_node(num_cpus=2)
        ray.init(address=cluster.address, runtime_env={"working_dir": os.path.dirname(os.path.abspath(__file__))})
        nodes = len(ray.nodes())
        score(exported, pairs, os.path.join(folder, "scores"), workers=2, batch_size=8, rows_per_block=16)
        rows = pyarrow.parquet.read_table(os.path.join(folder, "scores")).to_pylist()
        ray.shutdown()
        cluster.shutdown()

        command = ["npx", "--no-install", "albert", "paraphrase", "--model", os.path.abspath(model), "--pairs", pairs]
        command += ["--backend", "cpu", "--json"]
        lines = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout.splitlines()
    ours = {(row["a"], row["b"]): row["probability"] for row in map(json.loads, filter(None, lines))}
    theirs = {(row["a"], row["b"]): row["probability"] for row in rows}
    assert len(ours) == len(theirs) == len(SENTENCES) ** 2, (len(ours), len(theirs))
    worst = max(abs(ours[pair] - theirs[pair]) for pair in ours)
    print(json.dumps({"pairs": len(theirs), "nodes": nodes, "worst": worst, "tolerance": TOLERANCE}))
    return 0 if worst <= TOLERANCE else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
