"""Exports the models of make-forms.py to ONNX, with the programs that people use for that.

python make-onnx-forms.py packages/testing/fixtures/forms

Made with transformers 4.57.6, optimum 2.1.0 and optimum-onnx 0.1.0, torch 2.15, onnx 1.18.0, onnxruntime 1.23.2, onnxslim,
and sentence-transformers 5.1.2. `onnx.json` lists one row per folder, as `forms.json` does. The only change to the files is that
the long names of intermediate values are shortened.

Quantized files: the expected results are what transformers computes with the dequantized weights of the file. This runtime keeps
8-bit matrices as int8 with one scale per row and no zero point (README, "Quantized weights"), so rows whose integers do not fit
are requantized here too.
"""

import copy
import glob
import os
import shutil
import sys
import tempfile

import numpy
import onnx
import onnxruntime
import onnxslim
import torch
from forms import answers
from forms_json import pair, read_json, text, write_json
from onnx import numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from onnxruntime.transformers import float16, optimizer
from optimum.exporters.onnx import main_export
from transformers import AutoConfig, AutoTokenizer, AlbertConfig
import transformers

root = sys.argv[1]
work = tempfile.mkdtemp()
rows = []
for folder in glob.glob(os.path.join(root, "onnx-*")):
    shutil.rmtree(folder)
known = {row["folder"]: row for row in read_json(os.path.join(root, "forms.json"))}
tasks = {
    "base": "feature-extraction",
    "masked_lm": "fill-mask",
    "sequence_classification": "text-classification",
    "token_classification": "token-classification",
    "question_answering": "question-answering",
    "multiple_choice": "multiple-choice",
}


def source(head):
    return os.path.join(root, f"safetensors-{head}")


def load(head, **options):
    name = AutoConfig.from_pretrained(source(head)).architectures[0]
    return getattr(transformers, name).from_pretrained(source(head), **options).eval()


def shorten(model):
    """Shortens the names of intermediate values and removes documentation: they make up most of a small file."""
    graph = model.graph
    kept = {value.name for value in [*graph.input, *graph.output, *graph.initializer]}
    names = {}
    for node in graph.node:
        node.name = node.doc_string = ""
        for output in node.output:
            if output and output not in kept:
                names[output] = f"v{len(names)}"
    for node in graph.node:
        for values in (node.input, node.output):
            for index, value in enumerate(values):
                values[index] = names.get(value, value)
    del graph.value_info[:]
    return model


def folder_for(name, head, file, form, calls=None, error=None):
    """Makes a folder with everything but the weights. Returns the path for the weights."""
    folder = os.path.join(root, name)
    os.makedirs(os.path.dirname(os.path.join(folder, file)), exist_ok=True)
    for companion in ("config.json", "spiece.model", "tokenizer_config.json"):
        shutil.copy(os.path.join(source(head), companion), folder)
    answer = {"error": error} if error else {"calls": calls or known[f"safetensors-{head}"]["calls"]}
    rows.append({"form": form, "head": head, "folder": name, **answer})
    return os.path.join(folder, file)


def write(model, *args, **options):
    onnx.save(shorten(model), folder_for(*args, **options))


def export(head, opset=14):
    out = os.path.join(work, f"{head}-{opset}")
    if not os.path.exists(out):
        main_export(source(head), out, task=tasks[head], opset=opset, do_validation=False)
    return onnx.load(os.path.join(out, "model.onnx"))


def plain():
    for head in tasks:
        write(export(head), f"onnx-{head}", head, "model.onnx", "ONNX of optimum")
    head = "sequence_classification"
    write(export(head, 18), "onnx-opset-18", head, "onnx/model.onnx", "ONNX, operator set 18")
    slim = onnxslim.slim(copy.deepcopy(export("masked_lm")))
    write(slim, "onnx-slim", "masked_lm", "onnx/model.onnx", "ONNX of transformers.js (onnxslim)")
    model = load(head, attn_implementation="eager")
    inputs = {name: torch.ones((2, 7), dtype=torch.int64) for name in ("input_ids", "attention_mask", "token_type_ids")}
    axes = {name: {0: "batch", 1: "sequence"} for name in inputs}
    file = os.path.join(work, "eager.onnx")
    torch.onnx.export(model, (), file, kwargs=inputs, input_names=list(inputs), output_names=["logits"], dynamic_axes=axes,
                      opset_version=11, dynamo=False)  # fmt: skip
    write(onnx.load(file), "onnx-opset-11", head, "model.onnx", "ONNX of torch.onnx, operator set 11")
    torch.onnx.export(model, (), file, kwargs=inputs, input_names=list(inputs), output_names=["logits"], dynamo=True,
                      dynamic_shapes={name: {0: torch.export.Dim("batch"), 1: torch.export.Dim("sequence")} for name in inputs})  # fmt: skip
    write(onnx.load(file), "onnx-dynamo", head, "model.onnx", "ONNX of torch.onnx, its second exporter")
    out = folder_for("onnx-external", head, "onnx/model.onnx", "ONNX with its weights in a file of their own")
    onnx.save(shorten(export(head)), out, save_as_external_data=True, location="model.onnx_data", size_threshold=64)
    fused = optimizer.optimize_model(os.path.join(work, f"{head}-14", "model.onnx"), model_type="bert", num_heads=2,
                                     hidden_size=8, opt_level=0)  # fmt: skip
    write(fused.model, "onnx-optimized", head, "model_optimized.onnx", "ONNX optimized by ONNX Runtime")
    other = copy.deepcopy(export(head))
    adapter = numpy_helper.from_array(numpy.eye(8, dtype=numpy.float32) * 0.5, "adapter.weight")
    other.graph.initializer.append(adapter)
    pooled = next(node for node in other.graph.node if node.op_type == "Tanh")
    other.graph.node.insert(list(other.graph.node).index(pooled), onnx.helper.make_node("MatMul", [pooled.input[0], "adapter.weight"], ["adapted"]))
    pooled.input[0] = "adapted"
    write(other, "onnx-adapter", head, "model.onnx", "ONNX with a layer that no ALBERT has", error="ConvertError")


def zeros():
    """Exports an untrained model. Many of its vectors are equal, and exporters store equal vectors once."""
    head = "sequence_classification"
    name = "onnx-untrained"
    torch.manual_seed(3)
    config = AlbertConfig.from_pretrained(source(head))
    model = transformers.AlbertForSequenceClassification(config).eval()
    tokenizer = AutoTokenizer.from_pretrained(source(head))
    untrained = os.path.join(work, name)
    model.save_pretrained(untrained)
    tokenizer.save_pretrained(untrained)
    main_export(untrained, untrained, task=tasks[head], do_validation=False)
    write(onnx.load(os.path.join(untrained, "model.onnx")), name, head, "model.onnx",
          "ONNX of an untrained model, whose equal vectors are stored once", answers(model, tokenizer))  # fmt: skip


def halves():
    head = "masked_lm"
    model = load(head)
    for parameter in model.parameters():
        parameter.data = parameter.data.half().float()
    calls = answers(model, AutoTokenizer.from_pretrained(source(head)))
    half = float16.convert_float_to_float16(export(head), keep_io_types=True, disable_shape_infer=True)
    write(half, "onnx-fp16", head, "onnx/model_fp16.onnx", "ONNX in halves", calls)


def dequantized(model):
    """Yields every weight of a quantized file as ONNX defines it, (integer - zero) * scale, with its step size."""
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    # Scales are per column, unless the operation that applies them says otherwise: weights of products are [in, out].
    axes = {node.input[0]: attribute.i for node in model.graph.node for attribute in node.attribute if attribute.name == "axis"}
    for name, integers in tensors.items():
        if not name.endswith("_quantized") or integers.ndim == 0:
            continue
        base = name if f"{name}_scale" in tensors else name.removesuffix("_quantized")
        if f"{base}_scale" not in tensors:
            continue
        scale = tensors[f"{base}_scale"].astype(numpy.float32)
        zero = tensors.get(f"{base}_zero_point", numpy.zeros(scale.shape)).astype(numpy.int32)
        if integers.ndim > 1 and scale.size > 1 and axes.get(name, 1) == 0:
            scale, zero = scale[:, None], zero[:, None]
        yield (integers.astype(numpy.int32) - zero).astype(numpy.float32) * scale, numpy.broadcast_to(scale, integers.shape)
    for node in model.graph.node:
        attributes = {attribute.name: attribute.i for attribute in node.attribute}
        if node.op_type == "QGemm":
            scale = tensors[node.input[1]] * tensors[node.input[4]]
            bias = tensors[node.input[6]].astype(numpy.float32) * scale
            yield bias, numpy.broadcast_to(scale, bias.shape)
        if node.op_type == "MatMulNBits":
            yield from blocks(tensors, node, attributes["N"], attributes["K"], attributes["block_size"])
        if node.op_type == "GatherBlockQuantized":
            data = tensors[node.input[0]]
            yield from blocks(tensors, onnx.helper.make_node("", ["", *[node.input[i] for i in (0, 2, *range(3, len(node.input)))]], []),
                              data.shape[0], data.shape[1] * (2 if data.dtype == numpy.uint8 else 1), attributes["block_size"])  # fmt: skip


def nibbles(packed):
    return numpy.stack([packed & 15, packed >> 4], -1)


def blocks(tensors, node, rows, columns, size):
    packed = tensors[node.input[1]]
    count = -(-columns // size)
    in_bytes = packed.dtype == numpy.uint8
    integers = nibbles(packed).reshape(rows, -1)[:, :columns] if in_bytes else packed.astype(numpy.int32).reshape(rows, columns)
    scale = tensors[node.input[2]].reshape(rows, count)
    zero = numpy.full((rows, count), 8 if in_bytes else 0)
    if len(node.input) > 3 and node.input[3]:
        given = tensors[node.input[3]]
        zero = nibbles(given.reshape(rows, -1)).reshape(rows, -1)[:, :count] if in_bytes else given.astype(numpy.int32).reshape(rows, count)
    spread = lambda values: numpy.repeat(values, size, 1)[:, :columns]
    yield (integers.astype(numpy.int32) - spread(zero)).astype(numpy.float32) * spread(scale), numpy.abs(spread(scale))


def as_rows(values, steps, is_blocks):
    """Requantizes to one scale per row, as this runtime keeps 8-bit matrices."""
    result = values.copy()
    for row in range(len(values)):
        uniform = numpy.ptp(steps[row]) == 0
        if is_blocks and not uniform:
            continue
        integers = numpy.rint(values[row] / steps[row])
        if uniform and numpy.abs(integers).max() <= 127:
            continue
        largest = numpy.abs(values[row]).max()
        scale = numpy.float32(largest / 127)
        result[row] = numpy.floor(values[row] / scale + numpy.float32(0.5)) * scale
    return result


def quantized_answers(head, file):
    model = load(head)
    floats = [numpy_helper.to_array(tensor) for tensor in file.graph.initializer if tensor.data_type == 1]
    found = list(dequantized(file))
    for name, parameter in model.named_parameters():
        weight = parameter.detach().numpy()
        if any(numpy.array_equal(weight, other) or numpy.array_equal(weight.T, other) for other in floats):
            continue
        for values, steps in found:
            for values, steps in ((values, steps), (values.T, steps.T)):
                if values.shape == weight.shape and (numpy.abs(values - weight) <= 1.01 * steps).all():
                    if weight.ndim == 1:
                        parameter.data = torch.tensor(values)
                        continue
                    many = (numpy.ptp(steps, axis=0) > 0).any() and (numpy.ptp(steps, axis=1) > 0).any()
                    parameter.data = torch.tensor(as_rows(values, steps, many))
    return answers(model, AutoTokenizer.from_pretrained(source(head)))


def answers_of_onnxruntime(head, file):
    """Returns the classifier's result in ONNX Runtime, for files that compute everything in floats."""
    tokenizer = AutoTokenizer.from_pretrained(source(head))
    session = onnxruntime.InferenceSession(file.SerializeToString())
    logits = torch.tensor(session.run(None, dict(tokenizer(*pair, return_tensors="np")))[0][0])
    labels = AutoConfig.from_pretrained(source(head)).id2label
    scores = {labels[index]: value for index, value in enumerate(logits.softmax(-1).tolist())}
    return [["encode", [text], tokenizer(text)["input_ids"]], ["classify", [[list(pair)]], scores]]


class Sample(CalibrationDataReader):
    def __init__(self):
        self.random = numpy.random.default_rng(1)
        self.left = 4

    def get_next(self):
        self.left -= 1
        ids = self.random.integers(5, 38, (2, 12))
        return {"input_ids": ids, "attention_mask": numpy.ones_like(ids), "token_type_ids": ids * 0} if self.left >= 0 else None


def quantized():
    def make(name, head, file, form, quantize, slim=True, opset=14, calls_of=quantized_answers):
        model = copy.deepcopy(export(head, opset))
        given = os.path.join(work, "given.onnx")
        onnx.save(onnxslim.slim(model) if slim else model, given)
        out = os.path.join(work, "quantized.onnx")
        quantize(given, out)
        result = onnx.load(out)
        write(result, name, head, file, form, calls_of(head, result))

    def dynamic(**options):
        return lambda given, out: quantize_dynamic(given, out, **options)

    def static(**options):
        return lambda given, out: quantize_static(given, out, Sample(), **options)

    def in_blocks(**options):
        def quantize(given, out):
            quantizer = MatMulNBitsQuantizer(onnx.load(given), block_size=16, **options)
            quantizer.process()
            quantizer.model.save_model_to_file(out, False)

        return quantize

    int8, uint8 = QuantType.QInt8, QuantType.QUInt8
    make("onnx-int8", "masked_lm", "onnx/model_quantized.onnx", "ONNX, int8 of transformers.js", dynamic(weight_type=int8))
    make("onnx-uint8", "sequence_classification", "onnx/model_uint8.onnx", "ONNX, uint8", dynamic(weight_type=uint8))
    make("onnx-per-channel", "question_answering", "onnx/model_int8.onnx", "ONNX, int8 by column",
         dynamic(weight_type=int8, per_channel=True))  # fmt: skip
    make("onnx-one-layer", "token_classification", "model_quantized.onnx", "ONNX of optimum, one layer of it in int8",
         dynamic(weight_type=int8), slim=False)  # fmt: skip
    make("onnx-qdq", "sequence_classification", "model_quantized.onnx", "ONNX, QDQ",
         static(quant_format=QuantFormat.QDQ, weight_type=int8, per_channel=True))  # fmt: skip
    make("onnx-qoperator", "sequence_classification", "model_quantized.onnx", "ONNX, QOperator",
         static(quant_format=QuantFormat.QOperator, weight_type=uint8, activation_type=uint8))  # fmt: skip
    make("onnx-q4", "masked_lm", "onnx/model_q4.onnx", "ONNX, 4-bit blocks", in_blocks(is_symmetric=True))
    make("onnx-q4-zero", "sequence_classification", "onnx/model_q4.onnx", "ONNX, 4-bit blocks with zero points",
         in_blocks(is_symmetric=False, op_types_to_quantize=("MatMul", "Gather")), opset=18, calls_of=answers_of_onnxruntime)  # fmt: skip


plain()
zeros()
halves()
quantized()
write_json(os.path.join(root, "onnx.json"), rows)
shutil.rmtree(work)
print(len(rows), "rows")
