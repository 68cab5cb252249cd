// Generates AssemblyScript from tables: the kernels' records and codes, and the activations with their slopes.
import path from 'node:path';
import { createServer } from 'vite';

const packageFolder = path.join(import.meta.dirname, '..');
const note = '// Written by scripts/build-wasm.mjs from src/layouts.ts.';
const activationNote = "// Written by scripts/build-wasm.mjs from the specification's activations.";

/** Activations for which assembly/math.ts has a faster implementation than their formula. */
const handWritten = ['gelu_new'];

/** Returns the files of assembly/generated, as `{ file: text }`. */
export async function generateAssembly() {
  const { codes, layouts, activationNames, applyActivation, applyActivationSlope } = await importSources();
  const bodiesOf = (apply, except = []) =>
    activationNames.filter((name) => !except.includes(name)).map((name) => [name, functionBody(name, apply)]);
  return {
    'records.ts': [
      note,
      ...Object.entries(codes).map(enumOf),
      ...Object.entries(layouts).map((entry) => classOf(entry, layouts)),
    ].join('\n\n'),
    'activate.ts': activationFile({
      name: 'activate',
      what: 'activation function',
      none: 'x',
      bodies: bodiesOf(applyActivation, handWritten),
      handWritten,
    }),
    'activation-slope.ts': activationFile({
      name: 'activationSlope',
      what: 'slope of the activation function',
      none: 'f32x4.splat(1)',
      bodies: bodiesOf(applyActivationSlope),
    }),
  };
}

/** Imports the TypeScript modules that contain the tables, without a build. */
async function importSources() {
  const server = await createServer({
    root: packageFolder,
    configFile: false,
    appType: 'custom',
    logLevel: 'error',
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
    ssr: { resolve: { conditions: ['source', 'node', 'import', 'default'] } },
  });
  try {
    const [layouts, spec] = await Promise.all(
      ['src/layouts.ts', '../core/src/spec/index.ts'].map((file) =>
        server.ssrLoadModule(path.join(packageFolder, file)),
      ),
    );
    return { ...layouts, ...spec };
  } finally {
    await server.close();
  }
}

function enumOf([name, values]) {
  const lines = Object.entries(values).map(([member, code]) => `  ${member} = ${code},\n`);
  return `export const enum ${name} {\n${lines.join('')}}`;
}

function classOf([name, layout], layouts) {
  const parent = layout.extends ?? '';
  const inherited = Object.keys(fieldsOf(layouts[parent]));
  const lines = Object.entries(fieldsOf(layout))
    .filter(([field]) => !inherited.includes(field))
    .map(([field, type]) => `  ${field}: ${type};\n`);
  return `@unmanaged\nexport class ${name}${parent && ` extends ${parent}`} {\n${lines.join('')}}`;
}

/** Returns a record's fields in order, those of its parent first. */
function fieldsOf({ host, own } = {}) {
  return { ...own, ...host };
}

/** Names of the elementary operations in assembly/math.ts. */
const elementary = ['cube', 'erf', 'erfSlope', 'relu', 'sigmoid', 'step', 'tanh'];

/** Returns the body of a function of `x`, with one variable per operation. */
function functionBody(activation, apply) {
  const lines = [];
  const variable = (value) => {
    lines.push(`  const t${lines.length} = ${value};`);
    return `t${lines.length - 1}`;
  };
  const operand = (value) => (typeof value === 'number' ? `f32x4.splat(${value})` : value);
  const operations = {
    add: (a, b) => variable(`f32x4.add(${a}, ${operand(b)})`),
    multiply: (a, b) => variable(`f32x4.mul(${a}, ${operand(b)})`),
    divide: (a, b) => variable(`f32x4.mul(${a}, ${operand(1 / b)})`),
    ...Object.fromEntries(elementary.map((name) => [name, (a) => variable(`${name}(${a})`)])),
  };
  const result = apply(activation, operations, 'x');
  return [...lines, `  return ${result};`].join('\n');
}

/** Returns a file with one function per activation and a switch over them; an unknown code traps. */
function activationFile({ name, what, none, bodies, handWritten = [] }) {
  const imported = [
    ...elementary.filter((each) => bodies.some(([, body]) => body.includes(` ${each}(`))),
    ...handWritten,
  ];
  const functions = bodies.map(
    ([activation, body]) => `// @ts-ignore: decorator\n@inline\nfunction of_${activation}(x: v128): v128 {\n${body}\n}`,
  );
  const cases = [
    ...handWritten.map((activation) => [activation, activation]),
    ...bodies.map(([activation]) => [activation, `of_${activation}`]),
  ].map(([activation, called]) => `    case Activation.${activation}: return ${called}(x);`);
  return `${activationNote}
import { ${imported.join(', ')} } from '../math';
import { Activation } from './records';

${functions.join('\n\n')}

/** Computes the ${what} with this code. */
// @ts-ignore: decorator
@inline
export function ${name}(activation: Activation, x: v128): v128 {
  switch (activation) {
    case Activation.none: return ${none};
${cases.join('\n')}
    default: return unreachable();
  }
}
`;
}
