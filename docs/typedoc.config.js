import { sources } from './modules.mjs';

/** @type {import('typedoc').TypeDocOptions & import('typedoc-plugin-markdown').PluginOptions & Record<string, unknown>} */
export default {
  name: 'API',
  entryPoints: Array.from(sources.keys(), (source) => `../packages/albert-web/${source}`),
  tsconfig: 'tsconfig.json',
  plugin: ['typedoc-plugin-markdown', 'typedoc-vitepress-theme'],
  // One page per module: this gives few pages, which the search finds as a whole.
  outputFileStrategy: 'modules',
  docsRoot: '.',
  out: 'api',
  readme: 'none',
  excludePrivate: true,
  // Users catch errors but do not create them, so constructors are left out.
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
  // The types from which `RemoteTokenizer` is computed.
  intentionallyNotExported: ['Later', 'TokenizerMethods'],
  // `check:types` has checked the program.
  skipErrorChecking: true,
  // Properties and constructors are not in the list: most are only a field's name ("hidden_size") or an error's message.
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
