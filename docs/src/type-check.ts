import ts from 'typescript';
import { root } from './blocks.ts';

/**
 * Compiles each source as a module of this package, and returns the compiler's messages; an empty list if there are none.
 * @param sources source code by file name
 */
export function typeCheck(sources: ReadonlyMap<string, string>): ReadonlyMap<string, string[]> {
  const path = `${root}docs/tsconfig.json`;
  const { config } = ts.readConfigFile(path, ts.sys.readFile.bind(ts.sys)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, `${root}docs`);
  const files = new Map(Array.from(sources, ([name, code]) => [`${root}docs/src/${name}`, code]));
  const host = ts.createCompilerHost(options);
  const program = ts.createProgram(
    [...files.keys()],
    { ...options, noUnusedLocals: false },
    {
      ...host,
      fileExists: (file) => files.has(file) || host.fileExists(file),
      readFile: (file) => files.get(file) ?? host.readFile(file),
      getSourceFile: (file, language, ...rest) => {
        const code = files.get(file);
        return code === undefined
          ? host.getSourceFile(file, language, ...rest)
          : ts.createSourceFile(file, code, language);
      },
    },
  );
  const faults = new Map(Array.from(sources.keys(), (name): [string, string[]] => [name, []]));
  for (const name of sources.keys()) {
    const file = program.getSourceFile(`${root}docs/src/${name}`);
    for (const { messageText } of ts.getPreEmitDiagnostics(program, file)) {
      faults.get(name)?.push(ts.flattenDiagnosticMessageText(messageText, '\n'));
    }
  }
  return faults;
}
