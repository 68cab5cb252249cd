import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { shippedModels, thirdPartyNotices, wasmNotices, wgslAsText, withoutNode } from '@albert-web/build-tools';
import { firstLoad } from '../../packages/albert-web/scripts/size.mjs';
import { en } from './src/strings/en.ts';
import { fillHtml } from './src/strings/page-text.ts';

const dist = path.join(import.meta.dirname, 'dist');
const script = path.join(import.meta.dirname, '../../packages/albert-web/dist');
const notices = thirdPartyNotices({ compiledIn: wasmNotices(), fileName: 'THIRD-PARTY-NOTICES.txt' });

/** Documents linked in the footer, under names that browsers display instead of saving. */
const papers = {
  'README.txt': '../../README.md',
  'LICENSE.txt': '../../LICENSE',
  'MODEL-CARD.txt': '../../weights/default/README.md',
};

/** Builds a folder that can be served from anywhere: all URLs in it are relative. */
export default defineConfig({
  base: './',
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  plugins: [
    withoutNode(),
    textsIntoPage(),
    dropInScript(),
    panelsPreloaded(),
    papersBeside(),
    notices.plugin,
    modelAndServiceWorker(),
  ],
  // The training worker, which is only fetched for training.
  worker: {
    format: 'es',
    plugins: () => [wgslAsText(), withoutNode(), notices.ofWorkers()],
    rolldownOptions: {
      output: {
        entryFileNames: 'train/[name]-[hash].js',
        chunkFileNames: 'train/[name]-[hash].js',
        assetFileNames: 'train/[name]-[hash][extname]',
      },
    },
  },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: 'index.html', sw: 'src/sw.ts' },
      output: {
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : '[name]-[hash].js'),
        // Beside the page, because the URL of the script is relative to it.
        chunkFileNames: '[name]-[hash].js',
      },
    },
  },
});

/** Inserts the English texts into the page, so that it can be painted before its script has loaded. */
function textsIntoPage(): Plugin {
  return { name: 'texts-into-page', transformIndexHtml: { order: 'pre', handler: (html) => fillHtml(html, en) } };
}

/** Makes the page use the drop-in script like any other page: the built files in `albert/` beside it. */
function dropInScript(): Plugin {
  return {
    name: 'drop-in-script',
    enforce: 'pre',
    resolveId: (id) => (id === 'albert-web' ? { id: './albert/albert.mjs', external: true } : undefined),
    // Preloads the script's chunks. Otherwise, the browser discovers them one import after the other.
    transformIndexHtml: async () =>
      (await firstLoad(['albert.mjs'])).map(({ file }) => ({
        tag: 'link',
        attrs: { rel: 'modulepreload', href: `./albert/${file}` },
      })),
  };
}

/** Preloads `src/page.ts`, which `src/main.ts` imports once the model is loading. */
function panelsPreloaded(): Plugin {
  return {
    name: 'panels-preloaded',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const panels = Object.values(bundle).find((file) => file.type === 'chunk' && file.name === 'page');
        const files = panels?.type === 'chunk' ? [panels.fileName, ...panels.imports] : [];
        return files
          .filter((file) => file in bundle && !html.includes(`href="./${file}"`))
          .map((file) => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `./${file}` },
            injectTo: 'head',
          }));
      },
    },
  };
}

function papersBeside(): Plugin {
  return {
    name: 'papers-beside',
    async generateBundle() {
      for (const [fileName, from] of Object.entries(papers)) {
        const source = await readFile(path.join(import.meta.dirname, from));
        this.emitFile({ type: 'asset', fileName, source });
      }
    },
  };
}

/** Copies the script and the shipped models into the build, then writes the list of files for the service worker. */
function modelAndServiceWorker(): Plugin {
  return {
    name: 'model-and-service-worker',
    apply: 'build',
    async closeBundle(error) {
      // Also called after a failure, which an error here would hide.
      if (error) return;
      if (!existsSync(path.join(script, 'albert.mjs'))) this.error('Build packages/albert-web first: npm run build');
      await rm(path.join(dist, 'albert'), { recursive: true, force: true });
      await cp(script, path.join(dist, 'albert'), {
        recursive: true,
        filter: (file) => !/\.d\.ts(\.map)?$|\.tsbuildinfo$|service-worker\.mjs$/u.test(file),
      });
      // The page fetches each model when it is needed.
      for (const { name, folder } of shippedModels())
        await cp(folder, path.join(dist, 'weights', name), { recursive: true });
      await writeBuildInto(path.join(dist, 'sw.js'));
    },
  };
}

/** Writes the version and the list of files. The version changes with any byte of the build. */
async function writeBuildInto(worker: string): Promise<void> {
  const entries = await readdir(dist, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(dist, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .toSorted();
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(await readFile(path.join(dist, file)));
  const shell = [
    './',
    ...files.filter((file) => !/^train\/|^weights\/|^sw\.js$|^links\.json$|\.(?:txt|md)$/u.test(file)),
  ];
  const build = { version: hash.digest('hex').slice(0, 16), shell };
  const code = await readFile(worker, 'utf8');
  await writeFile(worker, `const build = ${JSON.stringify(build)};\n${code}`);
}
