"""JSON files, and the texts with which the models of the forms are tested."""

import json

text = "the cat sat on a mat and we saw it there in the park"
pair = ("the cat sat", "we saw it there")


def write_json(file, value):
    with open(file, "w") as out:
        json.dump(value, out, indent=1, ensure_ascii=False)
        out.write("\n")


def read_json(file):
    with open(file) as source:
        return json.load(source)
