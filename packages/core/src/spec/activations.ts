/**
 * ALBERT's activation functions.
 *
 * Each is written once, as a formula over elementary operations. TensorFlow.js, the shaders, the WebAssembly kernels (with
 * the slope, for training) and the ONNX export implement these operations and derive the activation from the formula.
 *
 * Source: huggingface/transformers `activations.py` (`ACT2FN`).
 */

/** The operations of a formula. `T` represents a value: a tensor, a shader variable, a graph node. */
export interface ElementaryOperations<T> {
  add(a: T, b: T | number): T;
  multiply(a: T, b: T | number): T;
  divide(a: T, b: number): T;
  /** `a^3`. */
  cube(a: T): T;
  erf(a: T): T;
  tanh(a: T): T;
  /** `1 / (1 + e^-a)`. */
  sigmoid(a: T): T;
  /** `max(a, 0)`. */
  relu(a: T): T;
}

/** One activation function. */
interface ActivationSpec {
  /** The code passed to kernels; 0 means no activation. */
  readonly code: number;
  /** Other names of the same function in transformers. */
  readonly aliases: readonly string[];
  readonly formula: <T>(op: ElementaryOperations<T>, x: T) => T;
}

/**
 * `gelu_new` is the tanh form that the v2 checkpoints use, `gelu` the exact erf form. The two differ by up to 5e-4, so one is
 * never used for the other. Both are written with transformers' operations, which ONNX Runtime fuses.
 */
export const activations = {
  gelu_new: {
    code: 1,
    aliases: ['gelu_pytorch_tanh', 'gelu_fast', 'gelu_accurate', 'gelu_python_tanh'],
    formula: (op, x) => {
      const inner = op.multiply(op.add(x, op.multiply(op.cube(x), 0.044715)), Math.sqrt(2 / Math.PI));
      return op.multiply(op.multiply(x, 0.5), op.add(op.tanh(inner), 1));
    },
  },
  gelu: {
    code: 2,
    aliases: ['gelu_python'],
    formula: (op, x) => op.multiply(op.multiply(x, op.add(op.erf(op.divide(x, Math.SQRT2)), 1)), 0.5),
  },
  relu: { code: 3, aliases: [], formula: (op, x) => op.relu(x) },
  silu: { code: 4, aliases: ['swish'], formula: (op, x) => op.multiply(x, op.sigmoid(x)) },
  tanh: { code: 5, aliases: [], formula: (op, x) => op.tanh(x) },
} as const satisfies Record<string, ActivationSpec>;

/** Activation of the feed-forward block, by Hugging Face's name. */
export type Activation = keyof typeof activations;

/** Every activation, in the order of the table. */
export const activationNames = Object.keys(activations) as Activation[];

/** Returns the activation that `hidden_act` names, by its own name or an alias; undefined if it is not supported. */
export function activationNamed(name: string): Activation | undefined {
  return activationNames.find((own) => own === name || (activations[own].aliases as readonly string[]).includes(name));
}

/** Computes an activation of `x` with the operations given. */
export function applyActivation<T>(activation: Activation, op: ElementaryOperations<T>, x: T): T {
  const { formula }: ActivationSpec = activations[activation];
  return formula(op, x);
}

/** Elementary operations, and those that their slopes need. */
export interface DifferentiableOperations<T> extends ElementaryOperations<T> {
  /** The slope of `relu`: 1 above 0, else 0. */
  step(a: T): T;
  /** The slope of `erf`: `2 / sqrt(pi) e^(-a^2)`. */
  erfSlope(a: T): T;
}

/** Computes the slope of an activation at `x`, by the chain rule. */
export function applyActivationSlope<T>(activation: Activation, op: DifferentiableOperations<T>, x: T): T {
  const { slope } = applyActivation(activation, withSlopes(op), { value: x, slope: 1 });
  // `op` cannot make a `T` from a number alone.
  return typeof slope === 'number' ? op.add(op.multiply(x, 0), slope) : slope;
}

/** A value and its slope; a slope that is the same everywhere is a number. */
interface Differentiated<T> {
  readonly value: T;
  readonly slope: T | number;
}

/** Returns operations on values and slopes together (forward-mode differentiation). */
function withSlopes<T>(op: DifferentiableOperations<T>): ElementaryOperations<Differentiated<T>> {
  const times = (a: T, slope: T | number): T => (slope === 1 ? a : op.multiply(a, slope));
  const scale = (slope: T | number, by: T | number): T | number => {
    if (typeof by !== 'number') return times(by, slope);
    return typeof slope === 'number' ? slope * by : op.multiply(slope, by);
  };
  const plus = (a: T | number, b: T | number): T | number => {
    if (typeof a !== 'number') return op.add(a, b);
    return typeof b === 'number' ? a + b : op.add(b, a);
  };
  return {
    add: (a, b) =>
      typeof b === 'number'
        ? { value: op.add(a.value, b), slope: a.slope }
        : { value: op.add(a.value, b.value), slope: plus(a.slope, b.slope) },
    multiply: (a, b) =>
      typeof b === 'number'
        ? { value: op.multiply(a.value, b), slope: scale(a.slope, b) }
        : {
            value: op.multiply(a.value, b.value),
            slope: plus(times(b.value, a.slope), times(a.value, b.slope)),
          },
    divide: (a, b) => ({ value: op.divide(a.value, b), slope: scale(a.slope, 1 / b) }),
    cube: ({ value, slope }) => ({
      value: op.cube(value),
      slope: times(op.multiply(op.multiply(value, value), 3), slope),
    }),
    erf: ({ value, slope }) => ({ value: op.erf(value), slope: times(op.erfSlope(value), slope) }),
    tanh: ({ value, slope }) => {
      const tanh = op.tanh(value);
      return { value: tanh, slope: times(op.add(op.multiply(op.multiply(tanh, tanh), -1), 1), slope) };
    },
    sigmoid: ({ value, slope }) => {
      const sigmoid = op.sigmoid(value);
      const fall = op.add(op.multiply(sigmoid, -1), 1);
      return { value: sigmoid, slope: times(op.multiply(sigmoid, fall), slope) };
    },
    relu: ({ value, slope }) => ({ value: op.relu(value), slope: times(op.step(value), slope) }),
  };
}
