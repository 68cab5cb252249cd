/** ONNX models as protobuf. Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3. */
import { PbfWriter } from 'pbf';

/** The producer name of our exports. */
export const producer = 'albert-web';

/** The values of `TensorProto.DataType` used here. */
export const elementType = { float: 1, int8: 3, int64: 7, float16: 10 } as const;
export type ElementType = (typeof elementType)[keyof typeof elementType];

/** A constant of the graph. */
export interface OnnxTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Little-endian, row-major. */
  readonly bytes: Uint8Array;
}

/** An attribute: a number is INT, a list is INTS, and a FLOAT is marked. */
export type OnnxAttribute = number | readonly number[] | { readonly float: number };

/** One operation. */
export interface OnnxNode {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** An input or output of the graph. A dimension given as text is dynamic and has that name. */
export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly (number | string)[];
}

/** A whole model. */
export interface OnnxModel {
  readonly name: string;
  /** Version of the standard operators. */
  readonly opset: number;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
}

/** IR version 8 came with ONNX 1.12 and operator set 17. */
const irVersion = 8;

/** Encodes the model as the bytes of an `.onnx` file. */
export function encodeOnnx(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, irVersion);
  pbf.writeStringField(2, producer);
  pbf.writeMessage(7, writeGraph, model);
  pbf.writeMessage(8, (opset, out) => out.writeVarintField(2, opset), model.opset);
  return Uint8Array.from(pbf.finish());
}

function writeGraph({ name, nodes, constants, inputs, outputs }: OnnxModel, pbf: PbfWriter): void {
  nodes.forEach((node, index) => pbf.writeMessage(1, writeNode, { ...node, name: `${node.type}_${index}` }));
  pbf.writeStringField(2, name);
  for (const tensor of constants) pbf.writeMessage(5, writeTensor, tensor);
  for (const value of inputs) pbf.writeMessage(11, writeValue, value);
  for (const value of outputs) pbf.writeMessage(12, writeValue, value);
}

function writeNode({ type, name, inputs, outputs, attributes }: OnnxNode & { name: string }, pbf: PbfWriter): void {
  for (const input of inputs) pbf.writeStringField(1, input);
  for (const output of outputs) pbf.writeStringField(2, output);
  pbf.writeStringField(3, name);
  pbf.writeStringField(4, type);
  for (const attribute of Object.entries(attributes)) pbf.writeMessage(5, writeAttribute, attribute);
}

function writeAttribute([name, value]: readonly [string, OnnxAttribute], pbf: PbfWriter): void {
  const kind = { float: 1, int: 2, ints: 7 };
  pbf.writeStringField(1, name);
  if (typeof value === 'number') {
    pbf.writeVarintField(3, value);
    pbf.writeVarintField(20, kind.int);
  } else if ('float' in value) {
    pbf.writeFloatField(2, value.float);
    pbf.writeVarintField(20, kind.float);
  } else {
    for (const item of value) pbf.writeVarintField(8, item);
    pbf.writeVarintField(20, kind.ints);
  }
}

function writeTensor({ name, type, shape, bytes }: OnnxTensor, pbf: PbfWriter): void {
  for (const side of shape) pbf.writeVarintField(1, side);
  pbf.writeVarintField(2, type);
  pbf.writeStringField(8, name);
  pbf.writeBytesField(9, bytes);
}

function writeValue({ name, type, shape }: OnnxValue, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeMessage(
    2,
    (_, typeProto) => {
      typeProto.writeMessage(
        1,
        (_, tensorType) => {
          tensorType.writeVarintField(1, type);
          tensorType.writeMessage(2, writeShape, shape);
        },
        undefined,
      );
    },
    undefined,
  );
}

function writeShape(shape: OnnxValue['shape'], pbf: PbfWriter): void {
  for (const side of shape) {
    pbf.writeMessage(
      1,
      (_, dimension) => {
        if (typeof side === 'number') dimension.writeVarintField(1, side);
        else dimension.writeStringField(2, side);
      },
      undefined,
    );
  }
}
