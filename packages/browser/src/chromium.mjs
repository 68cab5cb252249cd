// Finds Chromium, and lists the flags that give it WebGPU and WebGL on machines without a GPU.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

/** `--no-sandbox` because containers run as root; SwiftShader because test machines have no GPU. */
export const chromiumFlags = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--ignore-gpu-blocklist',
];

const installedNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const macPath = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** Returns the path of a Chromium on this machine, or undefined. `CHROMIUM_PATH` takes precedence. */
export function findChromium() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  for (const name of installedNames) {
    const found = spawnSync('which', [name], { encoding: 'utf8' });
    if (found.status === 0) return found.stdout.trim();
  }
  if (existsSync(macPath)) return macPath;
  return playwrightChromium();
}

function playwrightChromium() {
  try {
    const { chromium } = createRequire(import.meta.url)('playwright');
    const path = chromium.executablePath();
    if (path && existsSync(path)) {
      execFileSync(path, ['--version'], { stdio: 'ignore' });
      return path;
    }
  } catch {
    // Playwright is not installed yet, or its download is broken. Try the next one.
  }
  return undefined;
}
