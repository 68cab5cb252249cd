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

/** What the foot of the page links to, under names that browsers show rather than save. */
const papers = {
  'README.txt': '../../README.md',
  'LICENSE.txt': '../../LICENSE',
  'MODEL-CARD.txt': '../../weights/default/README.md',
};

/** Built to a folder that can be served from anywhere: every address in it is relative. */
export default defineConfig({
  base: './',
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  plugins: [withoutNode(), textsIntoPage(), dropInScript(), papersBeside(), notices.plugin, modelAndServiceWorker()],
  // The training worker, which is only fetched where somebody trains.
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
        // Beside the page, as the address of the script is relative to it.
        chunkFileNames: '[name]-[hash].js',
      },
    },
  },
});

/** The page is painted in English before its script has come. */
function textsIntoPage(): Plugin {
  return { name: 'texts-into-page', transformIndexHtml: { order: 'pre', handler: (html) => fillHtml(html, en) } };
}

/** The page uses the script as every other page does: the built files, from `albert/` beside it. */
function dropInScript(): Plugin {
  return {
    name: 'drop-in-script',
    enforce: 'pre',
    resolveId: (id) => (id === 'albert-web' ? { id: './albert/albert.mjs', external: true } : undefined),
    // A browser learns of the script's chunks one import after the other otherwise.
    transformIndexHtml: async () =>
      (await firstLoad(['albert.mjs'])).map(({ file }) => ({
        tag: 'link',
        attrs: { rel: 'modulepreload', href: `./albert/${file}` },
      })),
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

/** Puts the script and the default model into the build, then tells the service worker what there is. */
function modelAndServiceWorker(): Plugin {
  return {
    name: 'model-and-service-worker',
    apply: 'build',
    async closeBundle(error) {
      // Called after a failure too, and what fails here would hide it.
      if (error) return;
      if (!existsSync(path.join(script, 'albert.mjs'))) this.error('Build packages/albert-web first: npm run build');
      await rm(path.join(dist, 'albert'), { recursive: true, force: true });
      await cp(script, path.join(dist, 'albert'), {
        recursive: true,
        filter: (file) => !/\.d\.ts(\.map)?$|\.tsbuildinfo$|service-worker\.mjs$/u.test(file),
      });
      // The page fetches each when it is needed.
      for (const { name, folder } of shippedModels())
        await cp(folder, path.join(dist, 'weights', name), { recursive: true });
      await writeBuildInto(path.join(dist, 'sw.js'));
    },
  };
}

/** The version changes with any byte of the build. */
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
