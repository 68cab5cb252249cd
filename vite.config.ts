import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import type { BrowserConfigOptions, ProjectConfig } from 'vitest/node';
import { backendNames, backends, type BackendName, type TfjsBackendName } from './packages/core/src/spec/backends.ts';
import { chromiumFlags, findChromium } from '@albert-web/browser/chromium';
import { engines, installedEngines, type EngineName } from '@albert-web/browser/engines';
import { isolationHeaders } from '@albert-web/browser/static-server';
import { engineProvider } from '@albert-web/browser/vitest-provider';
import { wgslAsText } from '@albert-web/build-tools';
import { TestCounts } from './scripts/test-counts.ts';

/** Tests and pages run on the packages' sources; only page tests and published bundles use what was built. */
const resolve = { conditions: ['source', 'module', 'browser', 'development|production'] };

/** What the suites `*.device.test.ts` run on in Node. */
const nodeBackend = 'cpu';
type BrowserBackend = Exclude<TfjsBackendName, typeof nodeBackend>;
const browserBackends = backendNames.filter(
  (name): name is BrowserBackend => backends[name].tfjs && name !== nodeBackend,
);

/** Suites of one backend's own kernels; the others have nothing to run in them. */
const kernelSuites = (backend: BackendName): string => `packages/backends/src/${backend}/**/*.device.test.ts`;

/** Suites that use no backend of TensorFlow.js: once in each engine is enough. */
const backendlessSuites = [
  'packages/kernels/src/*.device.test.ts',
  'packages/checkpoints/src/files/cache-api-store.device.test.ts',
  'apps/demo/src/models/*.device.test.ts',
  ...backendNames.filter((name) => !backends[name].tfjs).map(kernelSuites),
];

/** In Chromium every suite runs on every backend that it is about. */
function chromiumProject(backend: BrowserBackend) {
  const others = browserBackends.filter((other) => other !== backend).map(kernelSuites);
  return browserProject(backend, {
    name: backend,
    include: ['packages/*/src/**/*.device.test.ts', 'apps/*/src/**/*.device.test.ts'],
    exclude: [...others, ...(backend === 'wasm' ? [] : backendlessSuites)],
    browser: {
      headless: true,
      provider: playwright({ launchOptions: { executablePath: findChromium(), args: chromiumFlags } }),
      instances: [{ browser: 'chromium' }],
    },
  });
}

/**
 * What differs between engines: WebAssembly, storage, where `Intl.Segmenter` finds words, and shaders, kernel by kernel. What
 * kernels are composed to is compared with Hugging Face's outputs by the self-check that starting a backend makes.
 */
const engineSuites = {
  wasm: [kernelSuites('wasm'), ...backendlessSuites, 'packages/tasks/src/tasks/explain-words.device.test.ts'],
  webgl: ['packages/backends/src/webgl/*/*.device.test.ts'],
  webgpu: ['packages/backends/src/webgpu/*/*.device.test.ts'],
} as const;

function engineProject(engine: EngineName, backend: keyof typeof engineSuites) {
  return browserProject(backend, {
    name: `${engine}-${backend}`,
    include: ['packages/backends/src/select.device.test.ts', ...engineSuites[backend]],
    browser: { provider: engineProvider(), instances: [{ browser: engine }] },
  });
}

/** Of tests of built pages: on a busy machine a page takes its time. */
const patience = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 30_000 } } };

/** The built pages in Firefox or WebKit: a few tests, since Chromium's are many. */
function enginePages(engine: EngineName) {
  return {
    extends: true as const,
    test: {
      name: `${engine}-pages`,
      include: ['apps/*/test/**/*.engine.test.ts'],
      provide: { engine },
      ...patience,
    },
  };
}

function browserProject(
  backend: BrowserBackend,
  { browser, ...test }: ProjectConfig & { readonly browser: Omit<BrowserConfigOptions, 'enabled'> },
) {
  return {
    extends: true as const,
    server: { headers: isolationHeaders },
    // WebKit does not parse `using`.
    oxc: { target: 'es2022' as const },
    test: {
      ...test,
      provide: { backend },
      fileParallelism: false,
      // SwiftShader and llvmpipe emulate the GPU on the CPU: right numbers, slowly.
      testTimeout: 600_000,
      hookTimeout: 600_000,
      browser: { ...browser, enabled: true, screenshotFailures: false },
    },
  };
}

export default defineConfig({
  plugins: [wgslAsText()],
  resolve,
  // tfjs is CommonJS inside; found early, the dev server does not reload in the middle of a suite.
  optimizeDeps: {
    include: [
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-core/dist/register_all_gradients',
      '@tensorflow/tfjs-backend-cpu',
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-backend-webgl',
      '@tensorflow/tfjs-backend-webgpu',
      'idb-keyval',
    ],
  },
  ssr: { resolve: { conditions: ['source', 'node', 'import', 'default'] } },
  test: {
    reporters: ['default', new TestCounts()],
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: [
            'packages/*/src/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/src/**/*.test.ts',
            'apps/*/src/**/*.test.ts',
            'docs/src/**/*.test.ts',
          ],
          exclude: ['**/*.page.test.ts', '**/node_modules/**'],
          provide: { backend: nodeBackend },
          testTimeout: 60_000,
        },
      },
      ...browserBackends.map(chromiumProject),
      ...installedEngines().flatMap((engine) => [
        ...engines[engine].backends.map((backend) => engineProject(engine, backend)),
        enginePages(engine),
      ]),
      {
        extends: true,
        test: {
          name: 'pages',
          include: [
            'packages/*/test/**/*.page.test.ts',
            'apps/*/test/**/*.page.test.ts',
            'bench/test/**/*.page.test.ts',
            'docs/test/**/*.page.test.ts',
          ],
          fileParallelism: false,
          ...patience,
        },
      },
    ],
  },
});
