import { cpSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { shippedModels } from '@albert-web/build-tools';
import { defineConfig, type DefaultTheme } from 'vitepress';
import { modules } from '../modules.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

const guides: DefaultTheme.SidebarItem[] = [
  {
    text: 'Start',
    items: [
      { text: 'Getting started', link: '/guides/getting-started' },
      { text: 'Coming from transformers.js', link: '/guides/from-transformers-js' },
      { text: 'Choose a model', link: '/guides/choose-a-model' },
      { text: 'Bring your own checkpoint', link: '/guides/bring-your-own-checkpoint' },
      { text: 'Playground', link: '/playground' },
    ],
  },
  {
    text: 'In production',
    items: [
      { text: 'Backends', link: '/guides/backends' },
      { text: 'Browsers', link: '/guides/browsers' },
      { text: 'Quantization', link: '/guides/quantization' },
      { text: 'Performance', link: '/guides/performance' },
      { text: 'CSP and headers', link: '/guides/csp-and-headers' },
      { text: 'Troubleshooting', link: '/guides/troubleshooting' },
    ],
  },
  {
    text: 'Further',
    items: [
      { text: 'Training', link: '/guides/training' },
      { text: 'How it works', link: '/guides/how-it-works' },
    ],
  },
  {
    text: 'Reference',
    items: [
      { text: 'API', collapsed: true, items: modules.map((name) => ({ text: name, link: `/api/${name}` })) },
      { text: 'Training flags', link: '/flags' },
      { text: "Fields of a model's files", link: '/fields' },
    ],
  },
];

/** The path that the site is served from: browsers resolve its links against it. */
const base = process.env['DOCS_BASE'] ?? '/docs/';

export default defineConfig({
  title: 'albert-web',
  description: 'Run and fine-tune ALBERT in a web page, in Node and on the command line',
  base,
  outDir: 'dist',
  cacheDir: '.cache/vitepress',
  srcExclude: ['screenshots/**', 'features-and-tests.md'],
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}icon.svg` }]],
  vite: { publicDir: false },
  themeConfig: {
    nav: [
      { text: 'Guides', link: '/guides/getting-started' },
      { text: 'API', link: '/api/' },
      { text: 'Playground', link: '/playground' },
    ],
    sidebar: guides,
    outline: [2, 3],
    search: {
      provider: 'local',
      // Guides rank before the reference, and only exact words match.
      options: {
        miniSearch: {
          searchOptions: { fuzzy: false, boostDocument: (id: string) => (id.includes('/api/') ? 0.05 : 1) },
        },
      },
    },
    footer: { message: 'Apache-2.0. Not affiliated with Google.' },
  },
  // The playground runs the built script on the models that ship.
  buildEnd({ outDir }) {
    const script = `${root}packages/albert-web/dist`;
    if (!existsSync(script)) throw new Error('packages/albert-web/dist is missing: run `npm run build` first.');
    cpSync(script, `${outDir}/albert`, { recursive: true });
    cpSync(`${root}apps/demo/public/icon.svg`, `${outDir}/icon.svg`);
    for (const { name, folder } of shippedModels())
      cpSync(folder, `${outDir}/albert/weights/${name}`, { recursive: true });
  },
});
