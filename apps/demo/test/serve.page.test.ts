/** `scripts/serve.mjs`, the last step of `npm start`: prints the URL of the page, and reports problems with the port. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../../scripts/serve.mjs', import.meta.url));

/** Starts the server, and stops it once it is listening. */
async function serve(PORT: string): Promise<{ readonly code: unknown; readonly output: string }> {
  const child = spawn(process.execPath, [script], { env: { ...process.env, PORT } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('Ctrl+C')) child.kill('SIGINT');
    });
  }
  const [code] = (await once(child, 'close')) as [unknown];
  return { code, output };
}

it('prints the URL of the page, and stops on Ctrl+C', async () => {
  const { code, output } = await serve('0');
  expect(output).toMatch(/Demo +http:\/\/localhost:\d+\//u);
  expect(code).toBeNull();
});

it.each(['abc', '99999', '80.5'])('reports that PORT=%s is not a port', async (port) => {
  const { code, output } = await serve(port);
  expect(output).toBe(
    `Port ${port} is not a port. Set PORT to another one, or leave it out to have the next free one.\n`,
  );
  expect(code).toBe(1);
});

it('reports a port that is in use', async () => {
  const other = createServer().listen(0);
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { code, output } = await serve(String(port));
  other.close();
  expect(output).toContain(`Port ${port} is in use.`);
  expect(code).toBe(1);
});
