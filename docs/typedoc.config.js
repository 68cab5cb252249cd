import { sources } from './modules.mjs';

/** @type {import('typedoc').TypeDocOptions & import('typedoc-plugin-markdown').PluginOptions & Record<string, unknown>} */
export default {
  name: 'API',
  entryPoints: Array.from(sources.keys(), (source) => `../packages/albert-web/${source}`),
  tsconfig: 'tsconfig.json',
  plugin: ['typedoc-plugin-markdown', 'typedoc-vitepress-theme'],
  // A page for each module: few pages, and a search that finds them whole.
  outputFileStrategy: 'modules',
  docsRoot: '.',
  out: 'api',
  readme: 'none',
  excludePrivate: true,
  // Errors are caught, not made: their constructors say nothing.
  excludeNotDocumented: true,
  excludeNotDocumentedKinds: ['Constructor', 'ConstructorSignature'],
  excludeInternal: true,
  excludeExternals: true,
  disableSources: true,
  sort: ['source-order'],
  groupOrder: ['Functions', 'Interfaces', 'Type Aliases', 'Variables', 'Classes'],
  sidebar: { autoConfiguration: false },
  // The table of parameters reads better than a heading for each.
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  enumMembersFormat: 'table',
  useCodeBlocks: true,
  hidePageHeader: true,
  hideBreadcrumbs: true,
  validation: { notDocumented: true, notExported: true, invalidLink: true, rewrittenLink: false },
  // What `RemoteTokenizer` is computed from.
  intentionallyNotExported: ['Later', 'TokenizerMethods'],
  // `check:types` has checked the program.
  skipErrorChecking: true,
  // Neither properties nor constructors: most are a field's own name ("hidden_size"), or an error's message.
  requiredToBeDocumented: [
    'Accessor',
    'Class',
    'Enum',
    'EnumMember',
    'Function',
    'Interface',
    'Method',
    'TypeAlias',
    'Variable',
  ],
  treatValidationWarningsAsErrors: true,
};
