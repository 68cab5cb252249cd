// AssemblyScript that follows from src/layouts.ts: the kernels' records and codes, and the choice of an activation.
import path from 'node:path';
import { createServer } from 'vite';

const room = path.join(import.meta.dirname, '..');
const note = '// Written by scripts/build-wasm.mjs from src/layouts.ts.';

/** `{ file: text }` under assembly/generated. */
export async function generateAssembly() {
  const { codes, layouts, trainedActivations: trained } = await importSource(path.join(room, 'src/layouts.ts'));
  return {
    'records.ts': [note, ...Object.entries(codes).map(enumOf), ...Object.entries(layouts).map(classOf)].join('\n\n'),
    'activate.ts': choice('activate', 'activation function', named(codes.Activation)),
    'activation-slope.ts': choice('activationSlope', 'slope of the activation function', named(trained), '_slope'),
  };
}

/** A TypeScript module of the workspace, without a build. */
async function importSource(file) {
  const server = await createServer({
    root: room,
    configFile: false,
    appType: 'custom',
    logLevel: 'error',
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
    ssr: { resolve: { conditions: ['source', 'node', 'import', 'default'] } },
  });
  try {
    return await server.ssrLoadModule(file);
  } finally {
    await server.close();
  }
}

function enumOf([name, values]) {
  const lines = Object.entries(values).map(([member, code]) => `  ${member} = ${code},\n`);
  return `export const enum ${name} {\n${lines.join('')}}`;
}

function classOf([name, { host, own = {} }]) {
  const lines = Object.entries({ ...own, ...host }).map(([field, type]) => `  ${field}: ${type};\n`);
  return `@unmanaged\nexport class ${name} {\n${lines.join('')}}`;
}

function named(activations) {
  return Object.keys(activations).filter((name) => name !== 'none');
}

/** A code without its function in assembly/math.ts does not compile, and one that is not in the table traps. */
function choice(name, what, activations, suffix = '') {
  const functionOf = (activation) => `${activation}${suffix}`;
  const none = suffix ? 'f32x4.splat(1)' : 'x';
  return `${note}
import { ${activations.map(functionOf).join(', ')} } from '../math';
import { Activation } from './records';

/** The ${what} with this code. */
// @ts-ignore: decorator
@inline
export function ${name}(activation: Activation, x: v128): v128 {
  switch (activation) {
    case Activation.none: return ${none};
${activations.map((activation) => `    case Activation.${activation}: return ${functionOf(activation)}(x);`).join('\n')}
    default: return unreachable();
  }
}
`;
}
