import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { backendNames, type BackendName } from './packages/core/src/spec/backends.ts';
import { chromiumFlags, findChromium } from '@albert-web/browser/chromium';
import { wgslAsText } from '@albert-web/build-tools';

/** Shared memory (WASM threads) exists only in a cross-origin isolated page. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Tests and pages run on the packages' sources; only page tests and published bundles use what was built. */
const resolve = { conditions: ['source', 'module', 'browser', 'development|production'] };

/** What the suites `*.device.test.ts` run on in Node. */
const nodeBackend: BackendName = 'cpu';

/** The same suites, once more in real Chromium on one tfjs backend. */
function chromiumProject(backend: BackendName) {
  return {
    extends: true as const,
    server: { headers: isolation },
    test: {
      name: backend,
      include: ['packages/*/src/**/*.device.test.ts'],
      provide: { backend },
      fileParallelism: false,
      // SwiftShader emulates the GPU on the CPU: right numbers, slowly.
      testTimeout: 600_000,
      hookTimeout: 600_000,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({ launchOptions: { executablePath: findChromium(), args: chromiumFlags } }),
        instances: [{ browser: 'chromium' as const }],
      },
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
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: [
            'packages/*/src/**/*.test.ts',
            'scripts/*.test.ts',
            'bench/src/**/*.test.ts',
            'apps/*/src/**/*.test.ts',
            'docs/src/**/*.test.ts',
          ],
          exclude: ['**/*.page.test.ts', '**/node_modules/**'],
          provide: { backend: nodeBackend },
          testTimeout: 60_000,
        },
      },
      ...backendNames.filter((backend) => backend !== nodeBackend).map(chromiumProject),
      {
        extends: true,
        test: {
          name: 'pages',
          include: [
            'packages/*/test/**/*.page.test.ts',
            'apps/*/test/**/*.page.test.ts',
            'bench/test/**/*.page.test.ts',
          ],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
