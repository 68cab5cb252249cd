// An npm registry on this machine. It serves our packed packages, and redirects other names to npm's configured registry.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

/** Serves the packages that `packAll` returns. @returns the registry's URL, and a function to stop */
export async function startRegistry(packages) {
  const upstream = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
  const published = new Map(packages.map((each) => [each.name, { ...each, bytes: readFileSync(each.tarball) }]));
  const server = createServer((request, response) => {
    const [, name, tarball] = /^\/((?:@[^/]+\/)?[^/]+)(\/-\/.*)?$/u.exec(decodeURIComponent(request.url)) ?? [];
    const found = published.get(name);
    if (!found) response.writeHead(307, { location: new URL(request.url.slice(1), upstream).href }).end();
    else if (tarball) response.setHeader('content-type', 'application/octet-stream').end(found.bytes);
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(packument(found, url)));
  });
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  const url = `http://localhost:${server.address().port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url, close };
}

/** Returns a package's document for `GET /<name>`: one version, with the packed manifest. */
function packument({ name, version, tarball, bytes }, registry) {
  const text = execFileSync('tar', ['--extract', '--gzip', '--to-stdout', '--file', tarball, 'package/package.json']);
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  const dist = { tarball: `${registry}/${name}/-/${version}.tgz`, integrity };
  const manifest = { ...JSON.parse(text), _id: `${name}@${version}`, dist };
  return { _id: name, name, 'dist-tags': { latest: version }, versions: { [version]: manifest } };
}
