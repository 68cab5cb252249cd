/** `scripts/serve.mjs`, the last step of `npm start`: where the page is, and what is wrong with a port. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../../scripts/serve.mjs', import.meta.url));

/** Starts it, and stops it once it waits. */
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

it('says where the page is, and stops by Ctrl+C', async () => {
  const { code, output } = await serve('0');
  expect(output).toMatch(/Demo +http:\/\/localhost:\d+\//u);
  expect(code).toBeNull();
});

it.each(['abc', '99999', '80.5'])('names PORT=%s, which is not a port', async (port) => {
  const { code, output } = await serve(port);
  expect(output).toBe(
    `Port ${port} is not a port. Set PORT to another one, or leave it out to have the next free one.\n`,
  );
  expect(code).toBe(1);
});

it('names a port that is in use', async () => {
  const other = createServer().listen(0);
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { code, output } = await serve(String(port));
  other.close();
  expect(output).toContain(`Port ${port} is in use.`);
  expect(code).toBe(1);
});
