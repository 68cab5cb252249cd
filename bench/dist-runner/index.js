import { createRequire } from 'node:module';
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createReadStream, existsSync } from 'node:fs';
import { cpus, release, tmpdir, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { execFileSync, spawnSync } from 'node:child_process';
import { extname, join, normalize } from 'node:path';
import '@tensorflow/tfjs-core';
import { createServer } from 'node:http';
import { parseHTML } from 'linkedom';
import * as Plot from '@observablehq/plot';
// ../packages/errors/src/index.ts
/** An error that a caller can recognise by `name` (also after it crossed a worker boundary) and a person can act on. */
var AlbertError = class extends Error {
  name = 'AlbertError';
  constructor({ problem, expected, remedy }, options) {
    super([problem, expected, remedy].filter(Boolean).map(endWithStop).join(' '), options);
  }
};
/** An argument of a public function is not what its documentation asks for. */
var InvalidArgumentError = class extends AlbertError {
  name = 'InvalidArgumentError';
};
/** `error.message` of an Error, or the text of whatever else was thrown. */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
var endWithStop = (sentence) => (/[.!?]$/u.test(sentence ?? '') ? `${sentence}` : `${sentence}.`);
// src/report/collect.ts
/** The report with the event in it; progress changes nothing. */
function withEvent(report, event) {
  switch (event.kind) {
    case 'row':
      return {
        ...report,
        rows: [...report.rows, event.row],
      };
    case 'part':
      return {
        ...report,
        parts: [...report.parts, event.row],
      };
    case 'agreement':
      return {
        ...report,
        agreement: [...report.agreement, event.agreement],
      };
    case 'skipped':
      return {
        ...report,
        skipped: [...report.skipped, event.skipped],
      };
    case 'progress':
      return report;
  }
}
// src/report/report.ts
/** The name under which a peer stands in `ratio`, and in tables and legends. */
function labelOf({ engine, precision }) {
  return `${engine} ${precision}`;
}
// src/report/markdown.ts
function toMarkdown(report) {
  const { machine } = report;
  return [
    `# albert-web bench, ${report.date}`,
    '',
    `- machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.os}`,
    `- GPU: ${machine.gpu}`,
    `- browser: ${report.browser}`,
    `- commit: ${report.commit}`,
    '',
    'Median milliseconds from token ids to logits on the host; the engines of a line took turns in one run on the same',
    'weights and inputs. "ours / theirs" columns say how many times faster we are: `theirs / ours`.',
    '',
    ...forwardTables(report),
    ...pairTable(report),
    ...partTable(report),
    ...agreementTable(report),
    ...skippedList(report),
  ].join('\n');
}
/** One table a page: what was measured together stands together. */
function forwardTables({ rows }) {
  return [
    ...groupBy(
      rows.filter(({ measure }) => measure === 'forward'),
      groupOf,
    ),
  ].flatMap(([title, group]) => {
    const engines = [...new Set(group.map(labelOf))];
    const inputs = groupBy(group, ({ batch, length }) => `${batch} | ${length}`);
    const rivals = engines.filter((label) => !label.startsWith('albert-web'));
    const comparisons = engines
      .filter((label) => label.startsWith('albert-web'))
      .flatMap((label) => rivals.map((rival) => [label, rival]));
    return [
      `## ${title}`,
      '',
      ...table(
        ['batch | length', ...engines, ...comparisons.map(([label, rival]) => `${label} vs ${rival}`)].join(' | '),
        [...inputs].map(([input, measured]) => {
          const find = (label) => measured.find((row) => labelOf(row) === label);
          return [
            input,
            ...engines.map((label) => milliseconds(find(label)?.medianMs)),
            ...comparisons.map(([label, rival]) => times(find(label)?.ratio[rival])),
          ].join(' | ');
        }),
      ),
    ];
  });
}
/** `Map.groupBy`, which Node 20 lacks. */
function groupBy(rows, key) {
  const groups = /* @__PURE__ */ new Map();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
}
function groupOf({ shape, backend, threads, isolated }) {
  return `${shape}, ${backend}${backend === 'wasm' ? `, ${threads} ${threads === 1 ? 'thread' : 'threads'}` : ''}${isolated ? '' : ', page without COOP and COEP headers'}`;
}
function pairTable({ rows }) {
  const pairs = rows.filter(({ measure }) => measure === 'pairs');
  if (pairs.length === 0) return [];
  return [
    '## Sentence pairs as text to verdicts',
    '',
    ...table(
      'engine | threads | pairs | ms | pairs/s | times faster',
      pairs.map((row) =>
        [
          labelOf(row),
          row.threads,
          row.batch,
          milliseconds(row.medianMs),
          ((1e3 * row.batch) / row.medianMs).toFixed(1),
          Object.entries(row.ratio)
            .map(([rival, ratio]) => `${times(ratio)} ${rival}`)
            .join(', '),
        ].join(' | '),
      ),
    ),
  ];
}
function partTable({ parts }) {
  if (parts.length === 0) return [];
  return [
    '## Parts of our calls',
    '',
    ...table(
      'shape | backend | precision | threads | batch | length | part | ms',
      parts.map((row) =>
        [
          row.shape,
          row.backend,
          row.precision,
          row.threads,
          row.batch,
          row.length,
          row.part,
          milliseconds(row.medianMs),
        ].join(' | '),
      ),
    ),
  ];
}
function agreementTable({ agreement }) {
  if (agreement.length === 0) return [];
  return [
    '## Agreement of the logits, checked before timing',
    '',
    ...table(
      'engine | backend | shape | largest difference | cosine',
      agreement.map((row) =>
        [labelOf(row), row.backend, row.shape, row.maxAbsDiff.toExponential(1), row.cosine.toFixed(6)].join(' | '),
      ),
    ),
  ];
}
function skippedList({ skipped }) {
  if (skipped.length === 0) return [];
  return ['## Not measured', '', ...skipped.map(({ what, why }) => `- ${what}: ${why}`), ''];
}
/** @param head and lines: cells joined by ` | `. */
function table(head, lines) {
  const columns = head.split(' | ').length;
  return [`| ${head} |`, `|${' --- |'.repeat(columns)}`, ...lines.map((line) => `| ${line} |`), ''];
}
var milliseconds = (value) => (value === void 0 ? '' : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0));
var times = (value) => (value === void 0 ? '' : `${value.toFixed(2)}x`);
// ../scripts/chromium.mjs
/** `--no-sandbox` because containers run as root; SwiftShader because test machines have no GPU. */
var chromiumFlags = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--ignore-gpu-blocklist',
];
var installedNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
var macPath = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
/** Path of a Chromium on this machine, or undefined. `CHROMIUM_PATH` wins. */
function findChromium() {
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
  } catch {}
}
// src/runner/errors.ts
/** The benchmark cannot start, or its page did not survive. */
var BenchSetupError = class extends AlbertError {
  name = 'BenchSetupError';
};
// src/runner/browser.ts
/** One headless Chromium for a run, one page for each plan. */
/** Flags for a machine whose GPU is to be measured instead of an emulated one. */
var gpuFlags = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--use-angle=vulkan',
  '--ignore-gpu-blocklist',
];
/** @throws BenchSetupError when there is no browser */
async function openBrowser(realGpu) {
  const executablePath = findChromium();
  if (!executablePath)
    throw new BenchSetupError({
      problem: 'No Chromium was found',
      remedy: 'Install Chrome or Chromium, or set CHROMIUM_PATH to its executable',
    });
  const browser = await chromium.launch({
    executablePath,
    args: realGpu ? gpuFlags : chromiumFlags,
  });
  return {
    version: `Chromium ${browser.version()}`,
    async withPage(url, onEvent, use) {
      const context = await browser.newContext();
      const page = await context.newPage();
      page.setDefaultTimeout(0);
      try {
        await page.exposeFunction('albertBenchEvent', onEvent);
        await page.goto(url);
        await page.waitForFunction('globalThis.albertBench !== undefined', void 0, { timeout: 3e4 });
        const crashed = new Promise((_, reject) => {
          page.on('crash', () =>
            reject(
              new BenchSetupError({
                problem: 'The page crashed',
                remedy: 'See what was measured before; a smaller shape needs less memory',
              }),
            ),
          );
        });
        const call = (method, ...plan) =>
          Promise.race([
            crashed,
            page.evaluate(([name, argument]) => (globalThis.albertBench?.[name])(argument), [method, plan[0]]),
          ]);
        return await use(call);
      } finally {
        await context.close();
      }
    },
    close: () => browser.close(),
  };
}
// src/runner/machine.ts
/** What this machine is, as reports name it. */
function readMachine(gpu) {
  const [first] = cpus();
  return {
    cpu: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${type()} ${release()}`,
    gpu,
  };
}
/** The commit that is measured, with `+` when files differ from it. */
function readCommit(folder) {
  try {
    const git = (...args) =>
      execFileSync('git', args, {
        cwd: folder,
        encoding: 'utf8',
      }).trim();
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', '--untracked-files=no') ? '+' : ''}`;
  } catch {
    return 'unknown';
  }
}
// ../packages/tokenizer/src/errors.ts
/** A tokenizer file is damaged, or says something this package does not read. */
var TokenizerFormatError = class extends AlbertError {
  name = 'TokenizerFormatError';
};
// ../packages/tokenizer/src/config.ts
/** ALBERT's special tokens where no file says otherwise. */
var albertSpecialTokens = {
  pad: '<pad>',
  unk: '<unk>',
  cls: '[CLS]',
  sep: '[SEP]',
  mask: '[MASK]',
};
/**
 * Reads `tokenizer_config.json`; what it leaves out gets Hugging Face's default.
 * @throws TokenizerFormatError when it is no object, or a field has another type
 */
function readTokenizerConfig(file, defaults) {
  const fields = file === void 0 ? {} : asRecord(file, 'tokenizer_config.json');
  const flag = (name, missing) => {
    const value = fields[name] ?? missing;
    if (value !== void 0 && typeof value !== 'boolean') throw wrongField(name, value, 'true or false');
    return value;
  };
  const special = (role) => {
    const value = fields[`${role}_token`] ?? defaults[role];
    const content = isRecord(value) ? value['content'] : value;
    if (typeof content !== 'string' || content === '')
      throw wrongField(`${role}_token`, value, 'A token, or an object with its content');
    return content;
  };
  return {
    do_lower_case: flag('do_lower_case', true),
    keep_accents: flag('keep_accents', false),
    remove_space: flag('remove_space', true),
    strip_accents: flag('strip_accents', void 0),
    tokenize_chinese_chars: flag('tokenize_chinese_chars', true),
    specialTokens: {
      pad: special('pad'),
      unk: special('unk'),
      cls: special('cls'),
      sep: special('sep'),
      mask: special('mask'),
    },
  };
}
/** Whether a parsed JSON value is an object. */
function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
/** @throws TokenizerFormatError when a parsed JSON value is not an object. */
function asRecord(value, what) {
  if (isRecord(value)) return value;
  throw new TokenizerFormatError({
    problem: `${what} is ${value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`}`,
    expected: 'A JSON object',
    remedy: 'Fetch the file again',
  });
}
function wrongField(name, value, expected) {
  return new TokenizerFormatError({
    problem: `tokenizer_config.json has ${name} = ${JSON.stringify(value)}`,
    expected,
    remedy: 'Correct the file',
  });
}
// ../packages/tokenizer/src/python-text.ts
/** `str.isdigit()`: decimal digits, and the characters whose Numeric_Type is Digit (superscript, circled, ...). */
function isPythonDigit(character) {
  return (
    /^\p{Nd}$/u.test(character) ||
    /^[\u00b2\u00b3\u00b9\u1369-\u1371\u19da\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468\u2474-\u247c\u2488-\u2490\u24ea\u24f5-\u24fd\u24ff\u2776-\u277e\u2780-\u2788\u278a-\u2792\u{10a40}-\u{10a43}\u{10e60}-\u{10e68}\u{11052}-\u{1105a}\u{1f100}-\u{1f10a}]$/u.test(
      character,
    )
  );
}
// ../node_modules/.pnpm/pbf@5.1.2/node_modules/pbf/index.js
var SHIFT_LEFT_32 = 4294967296;
var SHIFT_RIGHT_32 = 1 / SHIFT_LEFT_32;
var TEXT_DECODER_MIN_LENGTH = 12;
var utf8TextDecoder = typeof TextDecoder === 'undefined' ? null : new TextDecoder('utf-8');
var PBF_VARINT = 0;
var PBF_FIXED64 = 1;
var PBF_BYTES = 2;
var PBF_FIXED32 = 5;
var PbfReader = class {
  /**
   * @param {Uint8Array | ArrayBuffer} buf
   */
  constructor(buf) {
    this.buf = ArrayBuffer.isView(buf) ? buf : new Uint8Array(buf);
    this.dataView = new DataView(this.buf.buffer, this.buf.byteOffset, this.buf.byteLength);
    this.pos = 0;
    this.type = 0;
    this._valueStart = -1;
    this.length = this.buf.length;
  }
  /**
   * @template T
   * @param {(tag: number, result: T, pbf: PbfReader) => void} readField
   * @param {T} result
   * @param {number} [end]
   */
  readFields(readField, result, end = this.length) {
    let field;
    while ((field = this.nextField(end))) readField(field, result, this);
    return result;
  }
  /**
   * @template T
   * @param {(tag: number, result: T, pbf: PbfReader) => void} readField
   * @param {T} result
   */
  readMessage(readField, result) {
    return this.readFields(readField, result, this.readVarint() + this.pos);
  }
  readFixed32() {
    const val = this.dataView.getUint32(this.pos, true);
    this.pos += 4;
    return val;
  }
  readSFixed32() {
    const val = this.dataView.getInt32(this.pos, true);
    this.pos += 4;
    return val;
  }
  readFixed64() {
    const val = this.dataView.getUint32(this.pos, true) + this.dataView.getUint32(this.pos + 4, true) * SHIFT_LEFT_32;
    this.pos += 8;
    return val;
  }
  readSFixed64() {
    const val = this.dataView.getUint32(this.pos, true) + this.dataView.getInt32(this.pos + 4, true) * SHIFT_LEFT_32;
    this.pos += 8;
    return val;
  }
  readFloat() {
    const val = this.dataView.getFloat32(this.pos, true);
    this.pos += 4;
    return val;
  }
  readDouble() {
    const val = this.dataView.getFloat64(this.pos, true);
    this.pos += 8;
    return val;
  }
  /**
   * @param {boolean} [isSigned]
   */
  readVarint(isSigned) {
    const buf = this.buf;
    const b0 = buf[this.pos++];
    if (b0 < 128) return b0;
    let val = b0 & 127,
      b;
    b = buf[this.pos++];
    val |= (b & 127) << 7;
    if (b < 128) return val;
    b = buf[this.pos++];
    val |= (b & 127) << 14;
    if (b < 128) return val;
    b = buf[this.pos++];
    val |= (b & 127) << 21;
    if (b < 128) return val;
    b = buf[this.pos];
    val |= (b & 15) << 28;
    return readVarintRemainder(val, isSigned, this);
  }
  readSVarint() {
    const num = this.readVarint();
    return num % 2 === 1 ? (num + 1) / -2 : num / 2;
  }
  readBoolean() {
    return Boolean(this.readVarint());
  }
  readString() {
    const end = this.readVarint() + this.pos;
    const pos = this.pos;
    this.pos = end;
    if (end - pos >= TEXT_DECODER_MIN_LENGTH && utf8TextDecoder)
      return utf8TextDecoder.decode(this.buf.subarray(pos, end));
    return readUtf8(this.buf, pos, end);
  }
  readBytes() {
    const end = this.readVarint() + this.pos,
      buffer = this.buf.subarray(this.pos, end);
    this.pos = end;
    return buffer;
  }
  /**
   * @param {number[]} [arr]
   * @param {boolean} [isSigned]
   */
  readPackedVarint(arr = [], isSigned) {
    const end = this.readPackedEnd();
    while (this.pos < end) arr.push(this.readVarint(isSigned));
    return arr;
  }
  /** @param {number[]} [arr] */
  readPackedSVarint(arr = []) {
    const end = this.readPackedEnd();
    while (this.pos < end) arr.push(this.readSVarint());
    return arr;
  }
  /** @param {boolean[]} [arr] */
  readPackedBoolean(arr = []) {
    const end = this.readPackedEnd();
    while (this.pos < end) arr.push(this.readBoolean());
    return arr;
  }
  /** @param {number[]} [arr] */
  readPackedFloat(arr = []) {
    const end = this.readPackedEnd();
    while (this.pos < end) arr.push(this.readFloat());
    return arr;
  }
  /** @param {number[]} [arr] */
  readPackedDouble(arr = []) {
    const end = this.readPackedEnd();
    while (this.pos < end) arr.push(this.readDouble());
    return arr;
  }
  /** @param {number[]} [arr] */
  readPackedFixed32(arr = []) {
    const end = this.readPackedEnd();
    while (this.pos < end) arr.push(this.readFixed32());
    return arr;
  }
  /** @param {number[]} [arr] */
  readPackedSFixed32(arr = []) {
    const end = this.readPackedEnd();
    while (this.pos < end) arr.push(this.readSFixed32());
    return arr;
  }
  /** @param {number[]} [arr] */
  readPackedFixed64(arr = []) {
    const end = this.readPackedEnd();
    while (this.pos < end) arr.push(this.readFixed64());
    return arr;
  }
  /** @param {number[]} [arr] */
  readPackedSFixed64(arr = []) {
    const end = this.readPackedEnd();
    while (this.pos < end) arr.push(this.readSFixed64());
    return arr;
  }
  readPackedEnd() {
    return this.type === PBF_BYTES ? this.readVarint() + this.pos : this.pos + 1;
  }
  /**
   * Advance to the next field. Returns the field number, or 0 at end-of-message.
   * @param {number} [end]
   */
  nextField(end = this.length) {
    if (this.pos === this._valueStart) this.skip(this.type);
    if (this.pos >= end) return 0;
    const tag = this.readVarint();
    this.type = tag & 7;
    this._valueStart = this.pos;
    return tag >>> 3;
  }
  /** @param {number} val */
  skip(val) {
    const type = val & 7;
    if (type === PBF_VARINT) while (this.buf[this.pos++] > 127);
    else if (type === PBF_BYTES) this.pos = this.readVarint() + this.pos;
    else if (type === PBF_FIXED32) this.pos += 4;
    else if (type === PBF_FIXED64) this.pos += 8;
    else throw new Error(`Unimplemented type: ${type}`);
  }
};
var PbfWriter = class {
  /**
   * @param {Uint8Array | ArrayBuffer} [buf]
   */
  constructor(buf = /* @__PURE__ */ new Uint8Array(16)) {
    this.buf = ArrayBuffer.isView(buf) ? buf : new Uint8Array(buf);
    this.dataView = new DataView(this.buf.buffer, this.buf.byteOffset, this.buf.byteLength);
    this.pos = 0;
    this.length = this.buf.length;
  }
  /**
   * @param {number} tag
   * @param {number} type
   */
  writeTag(tag, type) {
    this.writeVarint((tag << 3) | type);
  }
  /** @param {number} min */
  realloc(min) {
    let length = this.length || 16;
    while (length < this.pos + min) length *= 2;
    if (length !== this.length) {
      const buf = new Uint8Array(length);
      buf.set(this.buf);
      this.buf = buf;
      this.dataView = new DataView(buf.buffer);
      this.length = length;
    }
  }
  finish() {
    this.length = this.pos;
    this.pos = 0;
    return this.buf.subarray(0, this.length);
  }
  /** @param {number} val */
  writeFixed32(val) {
    this.realloc(4);
    this.dataView.setInt32(this.pos, val, true);
    this.pos += 4;
  }
  /** @param {number} val */
  writeSFixed32(val) {
    this.realloc(4);
    this.dataView.setInt32(this.pos, val, true);
    this.pos += 4;
  }
  /** @param {number} val */
  writeFixed64(val) {
    this.realloc(8);
    this.dataView.setInt32(this.pos, val & -1, true);
    this.dataView.setInt32(this.pos + 4, Math.floor(val * SHIFT_RIGHT_32), true);
    this.pos += 8;
  }
  /** @param {number} val */
  writeSFixed64(val) {
    this.realloc(8);
    this.dataView.setInt32(this.pos, val & -1, true);
    this.dataView.setInt32(this.pos + 4, Math.floor(val * SHIFT_RIGHT_32), true);
    this.pos += 8;
  }
  /** @param {number} val */
  writeVarint(val) {
    val = +val || 0;
    if (val >= 0 && val < 128) {
      if (this.pos >= this.length) this.realloc(1);
      this.buf[this.pos++] = val;
      return;
    }
    if (val > 268435455 || val < 0) {
      writeBigVarint(val, this);
      return;
    }
    this.realloc(4);
    this.buf[this.pos++] = (val & 127) | (val > 127 ? 128 : 0);
    if (val <= 127) return;
    this.buf[this.pos++] = ((val >>>= 7) & 127) | (val > 127 ? 128 : 0);
    if (val <= 127) return;
    this.buf[this.pos++] = ((val >>>= 7) & 127) | (val > 127 ? 128 : 0);
    if (val <= 127) return;
    this.buf[this.pos++] = (val >>> 7) & 127;
  }
  /** @param {number} val */
  writeSVarint(val) {
    this.writeVarint(val < 0 ? -val * 2 - 1 : val * 2);
  }
  /** @param {boolean} val */
  writeBoolean(val) {
    this.writeVarint(+val);
  }
  /** @param {string} str */
  writeString(str) {
    str = String(str);
    this.realloc(str.length * 4);
    this.pos++;
    const startPos = this.pos;
    this.pos = writeUtf8(this.buf, str, this.pos);
    const len = this.pos - startPos;
    if (len >= 128) makeRoomForExtraLength(startPos, len, this);
    this.pos = startPos - 1;
    this.writeVarint(len);
    this.pos += len;
  }
  /** @param {number} val */
  writeFloat(val) {
    this.realloc(4);
    this.dataView.setFloat32(this.pos, val, true);
    this.pos += 4;
  }
  /** @param {number} val */
  writeDouble(val) {
    this.realloc(8);
    this.dataView.setFloat64(this.pos, val, true);
    this.pos += 8;
  }
  /** @param {Uint8Array} buffer */
  writeBytes(buffer) {
    const len = buffer.length;
    this.writeVarint(len);
    this.realloc(len);
    this.buf.set(buffer, this.pos);
    this.pos += len;
  }
  /**
   * @template T
   * @param {(obj: T, pbf: PbfWriter) => void} fn
   * @param {T} obj
   */
  writeRawMessage(fn, obj) {
    this.pos++;
    const startPos = this.pos;
    fn(obj, this);
    const len = this.pos - startPos;
    if (len >= 128) makeRoomForExtraLength(startPos, len, this);
    this.pos = startPos - 1;
    this.writeVarint(len);
    this.pos += len;
  }
  /**
   * @template T
   * @param {number} tag
   * @param {(obj: T, pbf: PbfWriter) => void} fn
   * @param {T} obj
   */
  writeMessage(tag, fn, obj) {
    this.writeTag(tag, PBF_BYTES);
    this.writeRawMessage(fn, obj);
  }
  /**
   * @param {number} tag
   * @param {number[]} arr
   */
  writePackedVarint(tag, arr) {
    if (arr.length) this.writeMessage(tag, writePackedVarint, arr);
  }
  /**
   * @param {number} tag
   * @param {number[]} arr
   */
  writePackedSVarint(tag, arr) {
    if (arr.length) this.writeMessage(tag, writePackedSVarint, arr);
  }
  /**
   * @param {number} tag
   * @param {boolean[]} arr
   */
  writePackedBoolean(tag, arr) {
    if (arr.length) this.writeMessage(tag, writePackedBoolean, arr);
  }
  /**
   * @param {number} tag
   * @param {number[]} arr
   */
  writePackedFloat(tag, arr) {
    if (arr.length) this.writeMessage(tag, writePackedFloat, arr);
  }
  /**
   * @param {number} tag
   * @param {number[]} arr
   */
  writePackedDouble(tag, arr) {
    if (arr.length) this.writeMessage(tag, writePackedDouble, arr);
  }
  /**
   * @param {number} tag
   * @param {number[]} arr
   */
  writePackedFixed32(tag, arr) {
    if (arr.length) this.writeMessage(tag, writePackedFixed32, arr);
  }
  /**
   * @param {number} tag
   * @param {number[]} arr
   */
  writePackedSFixed32(tag, arr) {
    if (arr.length) this.writeMessage(tag, writePackedSFixed32, arr);
  }
  /**
   * @param {number} tag
   * @param {number[]} arr
   */
  writePackedFixed64(tag, arr) {
    if (arr.length) this.writeMessage(tag, writePackedFixed64, arr);
  }
  /**
   * @param {number} tag
   * @param {number[]} arr
   */
  writePackedSFixed64(tag, arr) {
    if (arr.length) this.writeMessage(tag, writePackedSFixed64, arr);
  }
  /**
   * @param {number} tag
   * @param {Uint8Array} buffer
   */
  writeBytesField(tag, buffer) {
    this.writeTag(tag, PBF_BYTES);
    this.writeBytes(buffer);
  }
  /**
   * @param {number} tag
   * @param {number} val
   */
  writeFixed32Field(tag, val) {
    this.writeTag(tag, PBF_FIXED32);
    this.writeFixed32(val);
  }
  /**
   * @param {number} tag
   * @param {number} val
   */
  writeSFixed32Field(tag, val) {
    this.writeTag(tag, PBF_FIXED32);
    this.writeSFixed32(val);
  }
  /**
   * @param {number} tag
   * @param {number} val
   */
  writeFixed64Field(tag, val) {
    this.writeTag(tag, PBF_FIXED64);
    this.writeFixed64(val);
  }
  /**
   * @param {number} tag
   * @param {number} val
   */
  writeSFixed64Field(tag, val) {
    this.writeTag(tag, PBF_FIXED64);
    this.writeSFixed64(val);
  }
  /**
   * @param {number} tag
   * @param {number} val
   */
  writeVarintField(tag, val) {
    this.writeTag(tag, PBF_VARINT);
    this.writeVarint(val);
  }
  /**
   * @param {number} tag
   * @param {number} val
   */
  writeSVarintField(tag, val) {
    this.writeTag(tag, PBF_VARINT);
    this.writeSVarint(val);
  }
  /**
   * @param {number} tag
   * @param {string} str
   */
  writeStringField(tag, str) {
    this.writeTag(tag, PBF_BYTES);
    this.writeString(str);
  }
  /**
   * @param {number} tag
   * @param {number} val
   */
  writeFloatField(tag, val) {
    this.writeTag(tag, PBF_FIXED32);
    this.writeFloat(val);
  }
  /**
   * @param {number} tag
   * @param {number} val
   */
  writeDoubleField(tag, val) {
    this.writeTag(tag, PBF_FIXED64);
    this.writeDouble(val);
  }
  /**
   * @param {number} tag
   * @param {boolean} val
   */
  writeBooleanField(tag, val) {
    this.writeVarintField(tag, +val);
  }
};
/**
 * @param {number} l
 * @param {boolean | undefined} s
 * @param {PbfReader} p
 */
function readVarintRemainder(l, s, p) {
  const buf = p.buf;
  let h, b;
  b = buf[p.pos++];
  h = (b & 112) >> 4;
  if (b < 128) return toNum(l, h, s);
  b = buf[p.pos++];
  h |= (b & 127) << 3;
  if (b < 128) return toNum(l, h, s);
  b = buf[p.pos++];
  h |= (b & 127) << 10;
  if (b < 128) return toNum(l, h, s);
  b = buf[p.pos++];
  h |= (b & 127) << 17;
  if (b < 128) return toNum(l, h, s);
  b = buf[p.pos++];
  h |= (b & 127) << 24;
  if (b < 128) return toNum(l, h, s);
  b = buf[p.pos++];
  h |= (b & 1) << 31;
  if (b < 128) return toNum(l, h, s);
  throw new Error('Expected varint not more than 10 bytes');
}
/**
 * @param {number} low
 * @param {number} high
 * @param {boolean} [isSigned]
 */
function toNum(low, high, isSigned) {
  return isSigned ? high * 4294967296 + (low >>> 0) : (high >>> 0) * 4294967296 + (low >>> 0);
}
/**
 * @param {number} val
 * @param {PbfWriter} pbf
 */
function writeBigVarint(val, pbf) {
  let low, high;
  if (val >= 0) {
    low = (val % 4294967296) | 0;
    high = (val / 4294967296) | 0;
  } else {
    low = ~(-val % 4294967296);
    high = ~(-val / 4294967296);
    if (low ^ 4294967295) low = (low + 1) | 0;
    else {
      low = 0;
      high = (high + 1) | 0;
    }
  }
  if (val >= 0x10000000000000000 || val < -0x10000000000000000)
    throw new Error("Given varint doesn't fit into 10 bytes");
  pbf.realloc(10);
  writeBigVarintLow(low, high, pbf);
  writeBigVarintHigh(high, pbf);
}
/**
 * @param {number} high
 * @param {number} low
 * @param {PbfWriter} pbf
 */
function writeBigVarintLow(low, high, pbf) {
  pbf.buf[pbf.pos++] = (low & 127) | 128;
  low >>>= 7;
  pbf.buf[pbf.pos++] = (low & 127) | 128;
  low >>>= 7;
  pbf.buf[pbf.pos++] = (low & 127) | 128;
  low >>>= 7;
  pbf.buf[pbf.pos++] = (low & 127) | 128;
  low >>>= 7;
  pbf.buf[pbf.pos] = low & 127;
}
/**
 * @param {number} high
 * @param {PbfWriter} pbf
 */
function writeBigVarintHigh(high, pbf) {
  const lsb = (high & 7) << 4;
  pbf.buf[pbf.pos++] |= lsb | ((high >>>= 3) ? 128 : 0);
  if (!high) return;
  pbf.buf[pbf.pos++] = (high & 127) | ((high >>>= 7) ? 128 : 0);
  if (!high) return;
  pbf.buf[pbf.pos++] = (high & 127) | ((high >>>= 7) ? 128 : 0);
  if (!high) return;
  pbf.buf[pbf.pos++] = (high & 127) | ((high >>>= 7) ? 128 : 0);
  if (!high) return;
  pbf.buf[pbf.pos++] = (high & 127) | ((high >>>= 7) ? 128 : 0);
  if (!high) return;
  pbf.buf[pbf.pos++] = high & 127;
}
/**
 * @param {number} startPos
 * @param {number} len
 * @param {PbfWriter} pbf
 */
function makeRoomForExtraLength(startPos, len, pbf) {
  const extraLen =
    len <= 16383 ? 1 : len <= 2097151 ? 2 : len <= 268435455 ? 3 : Math.floor(Math.log(len) / (Math.LN2 * 7));
  pbf.realloc(extraLen);
  pbf.buf.copyWithin(startPos + extraLen, startPos, pbf.pos);
}
/**
 * Packed varints often dominate encode time, so write the bytes inline
 * through a local buffer pointer rather than calling writeVarint per element,
 * falling back to writeVarint only for negatives or near the buffer's end.
 * @param {number[]} arr
 * @param {PbfWriter} pbf
 */
function writePackedVarint(arr, pbf) {
  const n = arr.length;
  let buf = pbf.buf,
    pos = pbf.pos,
    limit = pbf.length;
  for (let i = 0; i < n; i++) {
    let val = arr[i];
    if (val < 0 || pos + 10 > limit) {
      pbf.pos = pos;
      pbf.writeVarint(val);
      buf = pbf.buf;
      pos = pbf.pos;
      limit = pbf.length;
      continue;
    }
    while (val > 127) {
      buf[pos++] = (val % 128) | 128;
      val = Math.floor(val / 128);
    }
    buf[pos++] = val;
  }
  pbf.pos = pos;
}
/**
 * @param {number[]} arr
 * @param {PbfWriter} pbf
 */
function writePackedSVarint(arr, pbf) {
  for (let i = 0; i < arr.length; i++) pbf.writeSVarint(arr[i]);
}
/**
 * @param {number[]} arr
 * @param {PbfWriter} pbf
 */
function writePackedFloat(arr, pbf) {
  for (let i = 0; i < arr.length; i++) pbf.writeFloat(arr[i]);
}
/**
 * @param {number[]} arr
 * @param {PbfWriter} pbf
 */
function writePackedDouble(arr, pbf) {
  for (let i = 0; i < arr.length; i++) pbf.writeDouble(arr[i]);
}
/**
 * @param {boolean[]} arr
 * @param {PbfWriter} pbf
 */
function writePackedBoolean(arr, pbf) {
  for (let i = 0; i < arr.length; i++) pbf.writeBoolean(arr[i]);
}
/**
 * @param {number[]} arr
 * @param {PbfWriter} pbf
 */
function writePackedFixed32(arr, pbf) {
  for (let i = 0; i < arr.length; i++) pbf.writeFixed32(arr[i]);
}
/**
 * @param {number[]} arr
 * @param {PbfWriter} pbf
 */
function writePackedSFixed32(arr, pbf) {
  for (let i = 0; i < arr.length; i++) pbf.writeSFixed32(arr[i]);
}
/**
 * @param {number[]} arr
 * @param {PbfWriter} pbf
 */
function writePackedFixed64(arr, pbf) {
  for (let i = 0; i < arr.length; i++) pbf.writeFixed64(arr[i]);
}
/**
 * @param {number[]} arr
 * @param {PbfWriter} pbf
 */
function writePackedSFixed64(arr, pbf) {
  for (let i = 0; i < arr.length; i++) pbf.writeSFixed64(arr[i]);
}
/**
 * @param {Uint8Array} buf
 * @param {number} pos
 * @param {number} end
 */
function readUtf8(buf, pos, end) {
  let str = '';
  let i = pos;
  while (i < end) {
    const b0 = buf[i];
    let c = null;
    let bytesPerSequence = b0 > 239 ? 4 : b0 > 223 ? 3 : b0 > 191 ? 2 : 1;
    if (i + bytesPerSequence > end) break;
    let b1, b2, b3;
    if (bytesPerSequence === 1) {
      if (b0 < 128) c = b0;
    } else if (bytesPerSequence === 2) {
      b1 = buf[i + 1];
      if ((b1 & 192) === 128) {
        c = ((b0 & 31) << 6) | (b1 & 63);
        if (c <= 127) c = null;
      }
    } else if (bytesPerSequence === 3) {
      b1 = buf[i + 1];
      b2 = buf[i + 2];
      if ((b1 & 192) === 128 && (b2 & 192) === 128) {
        c = ((b0 & 15) << 12) | ((b1 & 63) << 6) | (b2 & 63);
        if (c <= 2047 || (c >= 55296 && c <= 57343)) c = null;
      }
    } else if (bytesPerSequence === 4) {
      b1 = buf[i + 1];
      b2 = buf[i + 2];
      b3 = buf[i + 3];
      if ((b1 & 192) === 128 && (b2 & 192) === 128 && (b3 & 192) === 128) {
        c = ((b0 & 15) << 18) | ((b1 & 63) << 12) | ((b2 & 63) << 6) | (b3 & 63);
        if (c <= 65535 || c >= 1114112) c = null;
      }
    }
    if (c === null) {
      c = 65533;
      bytesPerSequence = 1;
    } else if (c > 65535) {
      c -= 65536;
      str += String.fromCharCode(((c >>> 10) & 1023) | 55296);
      c = 56320 | (c & 1023);
    }
    str += String.fromCharCode(c);
    i += bytesPerSequence;
  }
  return str;
}
/**
 * @param {Uint8Array} buf
 * @param {string} str
 * @param {number} pos
 */
function writeUtf8(buf, str, pos) {
  for (let i = 0, c, lead; i < str.length; i++) {
    c = str.charCodeAt(i);
    if (c > 55295 && c < 57344) {
      if (lead) {
        if (c < 56320) {
          buf[pos++] = 239;
          buf[pos++] = 191;
          buf[pos++] = 189;
          lead = c;
          continue;
        } else {
          c = ((lead - 55296) << 10) | (c - 56320) | 65536;
          lead = null;
        }
      } else {
        if (c > 56319 || i + 1 === str.length) {
          buf[pos++] = 239;
          buf[pos++] = 191;
          buf[pos++] = 189;
        } else lead = c;
        continue;
      }
    } else if (lead) {
      buf[pos++] = 239;
      buf[pos++] = 191;
      buf[pos++] = 189;
      lead = null;
    }
    if (c < 128) buf[pos++] = c;
    else {
      if (c < 2048) buf[pos++] = (c >> 6) | 192;
      else {
        if (c < 65536) buf[pos++] = (c >> 12) | 224;
        else {
          buf[pos++] = (c >> 18) | 240;
          buf[pos++] = ((c >> 12) & 63) | 128;
        }
        buf[pos++] = ((c >> 6) & 63) | 128;
      }
      buf[pos++] = (c & 63) | 128;
    }
  }
  return pos;
}
// ../packages/tokenizer/src/spiece-model.ts
/** What a piece is for; the numbers are sentencepiece_model.proto's `SentencePiece.Type`. */
var PieceType = {
  normal: 1,
  unknown: 2,
  control: 3,
  userDefined: 4,
  unused: 5,
  byte: 6,
};
var UNIGRAM = 1;
/**
 * Reads `spiece.model`, a protobuf `ModelProto` (google/sentencepiece, src/sentencepiece_model.proto).
 * @throws TokenizerFormatError when the bytes are not such a message, or the model is not a plain unigram
 */
function readSpieceModel(bytes) {
  const draft = {
    pieces: [],
    modelType: UNIGRAM,
    treatWhitespaceAsSuffix: false,
    byteFallback: false,
    normalizer: {
      precompiledCharsmap: /* @__PURE__ */ new Uint8Array(0),
      addDummyPrefix: true,
      removeExtraWhitespaces: true,
      escapeWhitespaces: true,
    },
  };
  try {
    readMessage(new PbfReader(bytes), readModelField, draft, bytes.length);
  } catch (error) {
    throw damaged(messageOf(error), { cause: error });
  }
  checkModel(draft);
  return draft;
}
/** pbf reads past the end without a word; every message must end exactly where its length says. */
function readMessage(reader, readField, result, end) {
  if (end > reader.length) throw new Error('a message is longer than the file');
  reader.readFields(readField, result, end);
  if (reader.pos !== end) throw new Error('a field runs past the end of its message');
}
function readNested(reader, readField, result) {
  const length = reader.readVarint();
  readMessage(reader, readField, result, reader.pos + length);
  return result;
}
function readModelField(tag, draft, reader) {
  if (tag === 1)
    draft.pieces.push(
      readNested(reader, readPieceField, {
        text: '',
        score: 0,
        type: PieceType.normal,
      }),
    );
  else if (tag === 2) readNested(reader, readTrainerField, draft);
  else if (tag === 3) readNested(reader, readNormalizerField, draft.normalizer);
}
function readPieceField(tag, piece, reader) {
  if (tag === 1) piece.text = reader.readString();
  else if (tag === 2) piece.score = reader.readFloat();
  else if (tag === 3) piece.type = reader.readVarint();
}
function readTrainerField(tag, draft, reader) {
  if (tag === 3) draft.modelType = reader.readVarint();
  else if (tag === 24) draft.treatWhitespaceAsSuffix = reader.readBoolean();
  else if (tag === 35) draft.byteFallback = reader.readBoolean();
}
function readNormalizerField(tag, spec, reader) {
  if (tag === 2) spec.precompiledCharsmap = reader.readBytes();
  else if (tag === 3) spec.addDummyPrefix = reader.readBoolean();
  else if (tag === 4) spec.removeExtraWhitespaces = reader.readBoolean();
  else if (tag === 5) spec.escapeWhitespaces = reader.readBoolean();
}
function checkModel(draft) {
  if (draft.pieces.length === 0) throw damaged('it holds no pieces');
  const bad = draft.pieces.findIndex((piece) => piece.text === '' || !Number.isFinite(piece.score));
  if (bad >= 0) throw damaged(`piece ${bad} is empty or has no finite score`);
  if (draft.pieces.filter((piece) => piece.type === PieceType.unknown).length !== 1)
    throw damaged('it must have exactly one unknown piece');
  const unsupported =
    (draft.modelType !== UNIGRAM && `model type ${draft.modelType}`) ||
    (draft.byteFallback && 'byte fallback') ||
    (draft.treatWhitespaceAsSuffix && 'whitespace as suffix');
  if (unsupported)
    throw new TokenizerFormatError({
      problem: `spiece.model uses ${unsupported}`,
      expected: 'A unigram model with whitespace as prefix, as every published ALBERT has',
      remedy: 'Check that the file belongs to an ALBERT model',
    });
}
function damaged(why, options) {
  return new TokenizerFormatError(
    {
      problem: `spiece.model cannot be read: ${why}`,
      expected: 'A SentencePiece model',
      remedy: 'Fetch the file again',
    },
    options,
  );
}
// ../packages/tokenizer/src/json-export.ts
/** How far transformers puts pieces such as `9,` down, so that the fast tokenizer seldom uses them. */
var DIGIT_COMMA_PENALTY = 100;
/**
 * Writes a `spiece.model` as the `tokenizer.json` that transformers' `AlbertConverter` makes of it, for tools that read
 * only that: transformers.js, the Rust tokenizers. On some texts it gives other ids than `spiece.model` itself: see
 * the package's README.
 * @param config `tokenizer_config.json`, parsed
 * @throws TokenizerFormatError as {@link loadTokenizer}
 */
function toTokenizerJson(spiece, config) {
  const model = readSpieceModel(spiece);
  const { keep_accents, do_lower_case, specialTokens } = readTokenizerConfig(config, albertSpecialTokens);
  const { cls, sep, mask } = specialTokens;
  const idOf = (token) => model.pieces.findIndex((piece) => piece.text === token);
  const around = (id, typeId) => ({
    SpecialToken: {
      id,
      type_id: typeId,
    },
  });
  const first = [
    around(cls, 0),
    {
      Sequence: {
        id: 'A',
        type_id: 0,
      },
    },
    around(sep, 0),
  ];
  const metaspace = {
    type: 'Metaspace',
    replacement: '▁',
    prepend_scheme: 'always',
    split: true,
  };
  const special = (token) => ({
    id: token,
    ids: [idOf(token)],
    tokens: [token],
  });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: addedTokens(model, new Set(Object.values(specialTokens)), mask),
    normalizer: normalizer(model, keep_accents, do_lower_case),
    pre_tokenizer: metaspace,
    post_processor: {
      type: 'TemplateProcessing',
      single: first,
      pair: [
        ...first,
        {
          Sequence: {
            id: 'B',
            type_id: 1,
          },
        },
        around(sep, 1),
      ],
      special_tokens: {
        [cls]: special(cls),
        [sep]: special(sep),
      },
    },
    decoder: metaspace,
    model: {
      type: 'Unigram',
      unk_id: model.pieces.findIndex((piece) => piece.type === PieceType.unknown),
      vocab: model.pieces.map(({ text, score }) => [
        text,
        endsWithDigitComma(text) ? score - DIGIT_COMMA_PENALTY : score,
      ]),
      byte_fallback: false,
    },
  };
}
function addedTokens({ pieces }, special, mask) {
  return pieces.flatMap(({ text, type }, id) => {
    if (!special.has(text) && type !== PieceType.userDefined && type !== PieceType.control) return [];
    return {
      id,
      content: text,
      single_word: false,
      lstrip: text === mask,
      rstrip: false,
      normalized: false,
      special: type !== PieceType.userDefined,
    };
  });
}
function normalizer({ normalizer: { precompiledCharsmap } }, keepAccents, lowerCase) {
  const quotes = ['``', "''"].map((String) => ({
    type: 'Replace',
    pattern: { String },
    content: '"',
  }));
  const accents = keepAccents ? [] : [{ type: 'NFKD' }, { type: 'StripAccents' }];
  const lower = lowerCase ? [{ type: 'Lowercase' }] : [];
  const charsmap =
    precompiledCharsmap.length > 0
      ? [
          {
            type: 'Precompiled',
            precompiled_charsmap: encodeBase64(precompiledCharsmap),
          },
        ]
      : [];
  const spaces = {
    type: 'Replace',
    pattern: { Regex: ' {2,}' },
    content: ' ',
  };
  return {
    type: 'Sequence',
    normalizers: [...quotes, ...accents, ...lower, ...charsmap, spaces],
  };
}
function endsWithDigitComma(piece) {
  return piece.endsWith(',') && isPythonDigit(Array.from(piece.slice(0, -1)).at(-1) ?? '');
}
function encodeBase64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
// ../packages/weights/src/checkpoint.ts
/** The tensors of a checkpoint as they are stored: what readers produce, and models, executors and writers consume. */
/** A tensor's dtype or layout is not one this runtime can read. */
var TensorFormatError = class extends AlbertError {
  name = 'TensorFormatError';
};
// ../packages/weights/src/dtype.ts
/** Element types: their sizes, and fast conversion to f32. Values are little-endian, as is every machine that runs a browser. */
/** Bytes of one element. */
var elementBytes = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I8: 1,
  U8: 1,
  BOOL: 1,
};
/** All values of a tensor as f32, rounded to nearest where they are wider. Always a fresh array. */
function toFloat32({ name, dtype, bytes }) {
  const { buffer, byteOffset, byteLength } = aligned(bytes, elementBytes[dtype]);
  const length = byteLength / elementBytes[dtype];
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer, byteOffset, length).slice();
    case 'F16':
      return halfToFloat32(new Uint16Array(buffer, byteOffset, length));
    case 'BF16':
      return brainToFloat32(new Uint16Array(buffer, byteOffset, length));
    case 'F64':
      return Float32Array.from(new Float64Array(buffer, byteOffset, length));
    case 'I8':
      return Float32Array.from(new Int8Array(buffer, byteOffset, length));
    case 'I32':
      return Float32Array.from(new Int32Array(buffer, byteOffset, length));
    case 'I64':
      return Float32Array.from(new BigInt64Array(buffer, byteOffset, length), Number);
    case 'U8':
    case 'BOOL':
      return Float32Array.from(bytes);
    default:
      throw new TensorFormatError({
        problem: `Tensor "${name}" has dtype ${String(dtype)}`,
        remedy: 'Convert the checkpoint',
      });
  }
}
/** The bytes of f32 values, without a copy. */
function bytesOf(values) {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
/** A view that a typed array of this element size can lie on; copies only what does not begin at a multiple of it. */
function aligned(bytes, size) {
  return bytes.byteOffset % size === 0 ? bytes : bytes.slice();
}
function brainToFloat32(values) {
  const bits = new Uint32Array(values.length);
  for (let i = 0; i < bits.length; i++) bits[i] = (values[i] ?? 0) << 16;
  return new Float32Array(bits.buffer);
}
var halfTable;
/** IEEE 754 binary16 to binary32 by a table of all 65,536 values: one load an element, no branch. */
function halfToFloat32(values) {
  const table = (halfTable ??= makeHalfTable());
  const bits = new Uint32Array(values.length);
  for (let i = 0; i < bits.length; i++) bits[i] = table[values[i] ?? 0] ?? 0;
  return new Float32Array(bits.buffer);
}
function makeHalfTable() {
  const values = /* @__PURE__ */ new Float32Array(65536);
  for (let half = 0; half < 65536; half++) values[half] = halfValue(half);
  return new Uint32Array(values.buffer);
}
function halfValue(half) {
  const sign = half & 32768 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
}
/** binary32 to binary16, rounding to nearest, ties to even; beyond 65,504 it is infinity. */
function float32ToHalf(values) {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < halves.length; i++) halves[i] = roundToHalf(bits[i] ?? 0);
  return halves;
}
function roundToHalf(bits) {
  const sign = (bits >>> 16) & 32768;
  const magnitude = bits & 2147483647;
  if (magnitude > 2139095040) return sign | 32256;
  if (magnitude >= 1199566848) return sign | 31744;
  if (magnitude >= 947912704) {
    const rebiased = magnitude - 939524096;
    return sign | ((rebiased + 4095 + ((rebiased >>> 13) & 1)) >>> 13);
  }
  if (magnitude <= 855638016) return sign;
  const shift = 126 - (magnitude >>> 23);
  const fraction = (magnitude & 8388607) | 8388608;
  const halfUnit = 1 << (shift - 1);
  const truncated = fraction >>> shift;
  const rest = fraction & ((1 << shift) - 1);
  return sign | (truncated + (rest > halfUnit || (rest === halfUnit && truncated & 1) ? 1 : 0));
}
// ../packages/core/src/errors.ts
/** A weight the model needs is not in the checkpoint. */
var MissingTensorError = class extends AlbertError {
  name = 'MissingTensorError';
};
/** A weight is in the checkpoint, but not in the shape the configuration asks for. */
var TensorShapeError = class extends AlbertError {
  name = 'TensorShapeError';
};
// ../packages/core/src/config.ts
/** `AlbertConfig()` of Hugging Face: the class defaults are those of xxlarge, not of base. */
var defaultConfig = {
  model_type: 'albert',
  architectures: ['AlbertModel'],
  vocab_size: 3e4,
  embedding_size: 128,
  hidden_size: 4096,
  num_hidden_layers: 12,
  num_hidden_groups: 1,
  num_attention_heads: 64,
  intermediate_size: 16384,
  inner_group_num: 1,
  hidden_act: 'gelu_new',
  hidden_dropout_prob: 0,
  attention_probs_dropout_prob: 0,
  max_position_embeddings: 512,
  type_vocab_size: 2,
  initializer_range: 0.02,
  layer_norm_eps: 1e-12,
  classifier_dropout_prob: 0.1,
  position_embedding_type: 'absolute',
  pad_token_id: 0,
  bos_token_id: 2,
  eos_token_id: 3,
  id2label: {
    0: 'LABEL_0',
    1: 'LABEL_1',
  },
  label2id: {
    LABEL_0: 0,
    LABEL_1: 1,
  },
  problem_type: null,
  cross_layer_sharing: 'all',
};
/** The sizes of the paper's table 1, as overrides of the defaults. */
var paperSizes = {
  base: {
    hidden_size: 768,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    intermediate_size: 3072,
  },
  large: {
    hidden_size: 1024,
    num_hidden_layers: 24,
    num_attention_heads: 16,
    intermediate_size: 4096,
  },
  xlarge: {
    hidden_size: 2048,
    num_hidden_layers: 24,
    num_attention_heads: 16,
    intermediate_size: 8192,
  },
  xxlarge: {
    hidden_size: 4096,
    num_hidden_layers: 12,
    num_attention_heads: 64,
    intermediate_size: 16384,
  },
};
/** Classes of the classifier (`id2label`), or 1 for a model that has none declared as regression. */
function numLabels(config) {
  return Object.keys(config.id2label).length;
}
/** Width of one attention head. */
function headSize(config) {
  return config.hidden_size / config.num_attention_heads;
}
// ../packages/core/src/layout.ts
var architectureHeads = {
  AlbertModel: 'base',
  AlbertForPreTraining: 'pretraining',
  AlbertForMaskedLM: 'masked_lm',
  AlbertForSequenceClassification: 'sequence_classification',
  AlbertForTokenClassification: 'token_classification',
  AlbertForQuestionAnswering: 'question_answering',
  AlbertForMultipleChoice: 'multiple_choice',
};
/** The head that `architectures` names; a configuration that names none is a base model. */
function headOf(config) {
  for (const name of config.architectures) {
    const head = architectureHeads[name];
    if (head) return head;
  }
  return 'base';
}
/**
 * The layers to run, in order: `encoderLayers(config)[i]` are the inner layers of hidden layer `i`.
 *
 * Layer `i` uses group `floor(i / (num_hidden_layers / num_hidden_groups))` (`modeling_albert.py`). What is not shared
 * (paper, section 3.1) takes a group of its own for every layer.
 */
function encoderLayers(config) {
  const {
    num_hidden_layers: layers,
    num_hidden_groups: groups,
    inner_group_num: inner,
    cross_layer_sharing: sharing,
  } = config;
  const prefix = (group, index) => `encoder.albert_layer_groups.${group}.albert_layers.${index}`;
  return Array.from({ length: layers }, (_, layer) => {
    const sharedGroup = Math.floor(layer / (layers / groups));
    const attentionGroup = sharing === 'all' || sharing === 'attention' ? sharedGroup : layer;
    const feedForwardGroup = sharing === 'all' || sharing === 'ffn' ? sharedGroup : layer;
    return Array.from({ length: inner }, (_, index) => ({
      attention: `${prefix(attentionGroup, index)}.attention`,
      feedForward: prefix(feedForwardGroup, index),
    }));
  });
}
/** The embedding tables and their LayerNorm. */
function embeddingWeights(config) {
  const { embedding_size: embedding } = config;
  return [
    {
      name: 'embeddings.word_embeddings.weight',
      shape: [config.vocab_size, embedding],
    },
    {
      name: 'embeddings.position_embeddings.weight',
      shape: [config.max_position_embeddings, embedding],
    },
    {
      name: 'embeddings.token_type_embeddings.weight',
      shape: [config.type_vocab_size, embedding],
    },
    ...layerNorm('embeddings.LayerNorm', embedding),
  ];
}
/** The mapping from embedding to hidden size, and every layer's weights, each once however many layers share it. */
function encoderWeights(config) {
  const { embedding_size: embedding, hidden_size: hidden, intermediate_size: intermediate } = config;
  const halves = /* @__PURE__ */ new Map();
  for (const { attention, feedForward } of encoderLayers(config).flat()) {
    halves.set(attention, [
      ...['query', 'key', 'value', 'dense'].flatMap((name) => linear(`${attention}.${name}`, hidden, hidden)),
      ...layerNorm(`${attention}.LayerNorm`, hidden),
    ]);
    halves.set(feedForward, [
      ...linear(`${feedForward}.ffn`, intermediate, hidden),
      ...linear(`${feedForward}.ffn_output`, hidden, intermediate),
      ...layerNorm(`${feedForward}.full_layer_layer_norm`, hidden),
    ]);
  }
  return [...linear('encoder.embedding_hidden_mapping_in', hidden, embedding), ...[...halves.values()].flat()];
}
/**
 * The weights of a head with the pooler it reads, if any. The masked-LM decoder is the word embedding itself (tied), so
 * only its bias is listed.
 */
function headWeights(config, head) {
  const { hidden_size: hidden } = config;
  return [...(usesPooler(head) ? linear('pooler', hidden, hidden) : []), ...classifierWeights(config, head)];
}
/** Whether a head reads the pooled first token; those that read every token have no pooler (`add_pooling_layer=False`). */
function usesPooler(head) {
  return head === 'base' || head === 'pretraining' || head === 'sequence_classification' || head === 'multiple_choice';
}
/** Every weight of a model with this head, each once, in checkpoint order. */
function modelWeights(config, head = headOf(config)) {
  return [...embeddingWeights(config), ...encoderWeights(config), ...headWeights(config, head)];
}
function classifierWeights(config, head) {
  const { embedding_size: embedding, hidden_size: hidden } = config;
  const predictions = [
    ...linear('predictions.dense', embedding, hidden),
    ...layerNorm('predictions.LayerNorm', embedding),
    {
      name: 'predictions.bias',
      shape: [config.vocab_size],
    },
  ];
  switch (head) {
    case 'encoder':
    case 'base':
      return [];
    case 'masked_lm':
      return predictions;
    case 'pretraining':
      return [...predictions, ...linear('sop_classifier.classifier', 2, hidden)];
    case 'sequence_classification':
    case 'token_classification':
      return linear('classifier', numLabels(config), hidden);
    case 'question_answering':
      return linear('qa_outputs', 2, hidden);
    case 'multiple_choice':
      return linear('classifier', 1, hidden);
  }
}
function linear(name, output, input) {
  return [
    {
      name: `${name}.weight`,
      shape: [output, input],
    },
    {
      name: `${name}.bias`,
      shape: [output],
    },
  ];
}
function layerNorm(name, size) {
  return [
    {
      name: `${name}.weight`,
      shape: [size],
    },
    {
      name: `${name}.bias`,
      shape: [size],
    },
  ];
}
// ../packages/core/src/parameters.ts
/**
 * Checks that a checkpoint has every listed weight in its shape, before anything is uploaded or packed.
 *
 * @throws MissingTensorError, TensorShapeError
 */
function checkWeights(specs, weights) {
  for (const { name, shape } of specs) {
    const stored = weights.shape(name);
    if (!stored) throw missing(name);
    if (stored.length !== shape.length || stored.some((side, axis) => side !== shape[axis]))
      throw new TensorShapeError({
        problem: `Tensor "${name}" has shape [${stored.join(', ')}]`,
        expected: `config.json asks for [${shape.join(', ')}]`,
        remedy: 'Use the config.json and the weights of the same checkpoint',
      });
  }
}
function missing(name) {
  return new MissingTensorError({
    problem: `Tensor "${name}" is not in the checkpoint`,
    remedy:
      'Check that the checkpoint has the head that config.json names in "architectures", and that no shard is missing',
  });
}
/** Fractions of the full range that are tried for each group: clipping the extreme often costs less than coarse steps. */
var ranges = [1, 0.95, 0.9, 0.85, 0.8];
/** Quantises values whose rows are multiples of 32, with the scale of least squared error for each group. */
function quantizeInt4(values) {
  const packed = new Uint8Array(values.length / 2);
  const groups = values.length / 32;
  const scales = new Float32Array(groups);
  for (let group = 0; group < groups; group++) scales[group] = bestScale(values.subarray(group * 32, (group + 1) * 32));
  const halves = float32ToHalf(scales);
  const stored = halfToFloat32(halves);
  for (let i = 0; i < values.length; i += 2) {
    const scale = stored[Math.floor(i / 32)] ?? 0;
    packed[i / 2] = nibble(values[i] ?? 0, scale) | (nibble(values[i + 1] ?? 0, scale) << 4);
  }
  return {
    packed,
    scales: halves,
  };
}
/** The f32 values that `quantizeInt4` stands for. */
function dequantizeInt4({ packed, scales }) {
  const factors = halfToFloat32(scales);
  const values = new Float32Array(packed.length * 2);
  for (let i = 0; i < packed.length; i++) {
    const byte = packed[i] ?? 0;
    const scale = factors[Math.floor((2 * i) / 32)] ?? 0;
    values[2 * i] = ((byte & 15) - 8) * scale;
    values[2 * i + 1] = ((byte >> 4) - 8) * scale;
  }
  return values;
}
function nibble(value, scale) {
  return scale === 0 ? 8 : Math.max(0, Math.min(15, Math.round(value / scale) + 8));
}
function bestScale(group) {
  let extreme = 0;
  for (const value of group) if (Math.abs(value) > Math.abs(extreme)) extreme = value;
  let best = 0;
  let least = Infinity;
  for (const range of ranges) {
    const scale = (extreme * range) / -8;
    const error = squaredError(group, scale);
    if (error < least) {
      least = error;
      best = scale;
    }
  }
  return best;
}
function squaredError(group, scale) {
  let sum = 0;
  for (const value of group) {
    const difference = value - (nibble(value, scale) - 8) * scale;
    sum += difference * difference;
  }
  return sum;
}
// ../packages/weights/src/quantize/int8.ts
/** Quantises each of `rows` rows by its own largest magnitude; a row of zeros gets scale 0. */
function quantizeInt8(values, rows) {
  const columns = values.length / rows;
  const quantised = new Int8Array(values.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const begin = row * columns;
    const end = begin + columns;
    let largest = 0;
    for (let i = begin; i < end; i++) largest = Math.max(largest, Math.abs(values[i] ?? 0));
    scales[row] = largest / 127;
    const scale = scales[row] ?? 0;
    const inverse = scale > 0 ? 1 / scale : 0;
    for (let i = begin; i < end; i++)
      quantised[i] = Math.max(-127, Math.min(127, Math.round((values[i] ?? 0) * inverse)));
  }
  return {
    values: quantised,
    scales,
  };
}
/** The f32 values that `quantizeInt8` stands for. */
function dequantizeInt8({ values, scales }) {
  const result = new Float32Array(values.length);
  const columns = values.length / scales.length;
  for (let row = 0; row < scales.length; row++) {
    const scale = scales[row] ?? 0;
    const end = (row + 1) * columns;
    for (let i = row * columns; i < end; i++) result[i] = (values[i] ?? 0) * scale;
  }
  return result;
}
// ../packages/weights/src/quantize/stored.ts
/** Reading tensors whatever they are stored as: plain, int8 rows with a `.scale`, or packed 4-bit groups with a `.scale`. */
/** The name of the tensor that holds another's scales. */
var scaleName = (name) => `${name}.scale`;
/** The tensors a model knows: all but the scales of quantised ones. */
function modelTensors(tensors) {
  const scales = new Set(
    [...tensors.values()].filter((tensor) => isQuantised(tensors, tensor)).map(({ name }) => scaleName(name)),
  );
  return [...tensors.values()].filter(({ name }) => !scales.has(name));
}
/** The shape of the weight, which for packed 4-bit values is twice as wide as what is stored. */
function weightShape(tensors, tensor) {
  if (!isInt4(tensors, tensor)) return tensor.shape;
  return [...tensor.shape.slice(0, -1), (tensor.shape.at(-1) ?? 0) * 2];
}
/** All values as f32, dequantised. A fresh array. @throws TensorFormatError */
function readValues(tensors, tensor) {
  const int8 = readInt8(tensors, tensor);
  if (int8) return dequantizeInt8(int8);
  if (!isInt4(tensors, tensor)) return toFloat32(tensor);
  const scale = scaleOf(tensors, tensor);
  const groups = (tensor.bytes.length * 2) / 32;
  if (scale.dtype !== 'F16' || scale.bytes.length !== groups * 2) throw wrongScale(scale, `${groups} F16 scales`);
  const { buffer, byteOffset } = aligned(scale.bytes, 2);
  return dequantizeInt4({
    packed: tensor.bytes,
    scales: new Uint16Array(buffer, byteOffset, groups),
  });
}
/** f32 values of some rows of a matrix: only these rows, and their scales, are touched. @throws TensorFormatError */
function readRows(tensors, tensor, rows) {
  const picked = pickRows(tensor, tensor.shape[0] ?? 1, rows);
  if (!isQuantised(tensors, tensor)) return toFloat32(picked);
  const scale = pickRows(scaleOf(tensors, tensor), tensor.shape[0] ?? 1, rows);
  return readValues(new Map([picked, scale].map((part) => [part.name, part])), picked);
}
function pickRows(tensor, count, rows) {
  const rowBytes = tensor.bytes.length / count;
  const bytes = new Uint8Array(rows.length * rowBytes);
  for (let i = 0; i < rows.length; i++) {
    const start = (rows[i] ?? 0) * rowBytes;
    bytes.set(tensor.bytes.subarray(start, start + rowBytes), i * rowBytes);
  }
  return {
    ...tensor,
    bytes,
    shape: [rows.length, ...tensor.shape.slice(1)],
  };
}
/** The stored int8 rows, a view, and their scales; undefined for a tensor that is not stored so. @throws TensorFormatError */
function readInt8(tensors, tensor) {
  if (tensor.dtype !== 'I8') return void 0;
  const scale = scaleOf(tensors, tensor);
  const scales = toFloat32(scale);
  const rows = tensor.shape[0] ?? 1;
  if (scale.dtype !== 'F32' || scales.length !== rows) throw wrongScale(scale, `${rows} F32 scales, one for each row`);
  const { buffer, byteOffset, length } = tensor.bytes;
  return {
    values: new Int8Array(buffer, byteOffset, length),
    scales,
  };
}
function isQuantised(tensors, tensor) {
  return tensor.dtype === 'I8' || isInt4(tensors, tensor);
}
function isInt4(tensors, { name, dtype }) {
  return dtype === 'U8' && tensors.has(scaleName(name));
}
function scaleOf(tensors, { name }) {
  const scale = tensors.get(scaleName(name));
  if (scale) return scale;
  throw new TensorFormatError({
    problem: `Tensor "${name}" is quantised but "${scaleName(name)}" is missing`,
    remedy: 'Convert the checkpoint again',
  });
}
function wrongScale({ name, dtype, shape }, expected) {
  return new TensorFormatError({
    problem: `Tensor "${name}" is ${dtype} [${shape.join(', ')}]`,
    expected: `Expected ${expected}`,
    remedy: 'Convert the checkpoint again',
  });
}
// ../packages/weights/src/reader.ts
/** A weight holds NaN or infinity, which would silently spoil every result. */
var NonFiniteWeightError = class extends AlbertError {
  name = 'NonFiniteWeightError';
};
/**
 * Reads a checkpoint's weights by canonical name: `pooler.weight` finds `pooler.weight` or `albert.pooler.weight`.
 *
 * Its methods throw MissingTensorError, TensorFormatError, or NonFiniteWeightError.
 */
function weightReader({ tensors }) {
  const find = (name) => tensors.get(name) ?? tensors.get(`albert.${name}`);
  return {
    shape(name) {
      const tensor = find(name);
      return tensor && weightShape(tensors, tensor);
    },
    float32(name) {
      const tensor = find(name);
      if (!tensor) throw missingTensor(name);
      return finite(tensor.name, readValues(tensors, tensor));
    },
    rows(name, rows) {
      const tensor = find(name);
      if (!tensor) throw missingTensor(name);
      return finite(tensor.name, readRows(tensors, tensor, rows));
    },
    int8(name) {
      const tensor = find(name);
      const rows = tensor && readInt8(tensors, tensor);
      if (rows) finite(scaleName(tensor.name), rows.scales);
      return rows;
    },
  };
}
/** Gives the values back when all of them are finite. */
function finite(name, values) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.abs(values[i] ?? 0);
  if (Number.isFinite(sum)) return values;
  const position = values.findIndex((value) => !Number.isFinite(value));
  throw new NonFiniteWeightError({
    problem: `Weight "${name}" holds ${values[position]} at position ${position} of ${values.length}`,
    expected: 'Expected finite numbers',
    remedy: 'Use another checkpoint: this one is damaged or its training diverged',
  });
}
function missingTensor(name) {
  return new MissingTensorError({
    problem: `The checkpoint has no weight "${name}"`,
    remedy: 'Check that the checkpoint is an ALBERT model with the head that is asked for',
  });
}
// ../packages/weights/src/safetensors/write.ts
/**
 * One safetensors file of all tensors, which Hugging Face transformers opens as it is.
 *
 * Wider elements come first and the header is padded to 8 bytes, so every tensor begins at a multiple of its element size.
 */
function writeSafetensors({ tensors, metadata }) {
  return writeTensors(widestFirst(tensors.values()), metadata);
}
/** As `writeSafetensors`, in the order given. */
function writeTensors(tensors, metadata) {
  const header = {};
  header['__metadata__'] = {
    format: 'pt',
    ...metadata,
  };
  let position = 0;
  for (const { name, dtype, shape, bytes } of tensors) {
    header[name] = {
      dtype,
      shape,
      data_offsets: [position, position + bytes.length],
    };
    position += bytes.length;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(8 + headerLength + position);
  new DataView(file.buffer).setUint32(0, headerLength, true);
  file.fill(32, 8, 8 + headerLength);
  file.set(text, 8);
  let offset = 8 + headerLength;
  for (const { bytes } of tensors) {
    file.set(bytes, offset);
    offset += bytes.length;
  }
  return file;
}
/** Tensors by element size, widest first; equal ones keep their order. */
function widestFirst(tensors) {
  return [...tensors].sort((a, b) => elementBytes[b.dtype] - elementBytes[a.dtype]);
}
// ../packages/weights/src/quantize/quantize.ts
/** Matrices smaller than this stay int8 in a 4-bit checkpoint: they weigh nothing and the heads are among them. */
var smallMatrix = 2 ** 17;
/**
 * Stores a checkpoint's floating-point weights in another precision, without calibration data.
 *
 * `q8` and `q4` apply to matrices, embeddings included; vectors (biases, LayerNorm) stay f32. `f32` from a quantised
 * checkpoint gives plain weights that other tools read. Integer tensors pass through.
 *
 * @throws InvalidArgumentError when a weight does not fit in f16; TensorFormatError for a broken quantised checkpoint.
 */
function quantizeCheckpoint({ tensors, metadata }, precision) {
  const converted = modelTensors(tensors).map((tensor) => {
    if (tensor.dtype === 'I64' || tensor.dtype === 'I32' || tensor.dtype === 'BOOL') return { stored: [tensor] };
    return store(tensor.name, weightShape(tensors, tensor), readValues(tensors, tensor), precision);
  });
  const stored = converted.flatMap(({ stored }) => stored);
  const errors = converted.flatMap(({ error }) => (error && error.maxAbsError > 0 ? [error] : []));
  const { quantization: _, ...others } = metadata;
  return {
    checkpoint: {
      tensors: new Map(stored.map((tensor) => [tensor.name, tensor])),
      metadata: precision.startsWith('q')
        ? {
            ...others,
            quantization: precision,
          }
        : others,
    },
    report: {
      precision,
      bytesBefore: totalBytes(tensors.values()),
      bytesAfter: totalBytes(stored),
      tensors: errors.sort((a, b) => b.relativeError - a.relativeError),
    },
  };
}
function store(name, shape, values, wanted) {
  const precision = precisionFor(shape, wanted);
  if (precision === 'f32')
    return {
      stored: [
        {
          name,
          shape,
          dtype: 'F32',
          bytes: bytesOf(values),
        },
      ],
    };
  if (precision === 'f16') return storeHalf(name, shape, values);
  return precision === 'q8' ? storeInt8(name, shape, values) : storeInt4(name, shape, values);
}
function storeHalf(name, shape, values) {
  const halves = float32ToHalf(values);
  const error = compare(name, 'f16', values, halfToFloat32(halves));
  if (!Number.isFinite(error.maxAbsError)) throw beyondHalf(name);
  return {
    stored: [
      {
        name,
        shape,
        dtype: 'F16',
        bytes: bytesOf(halves),
      },
    ],
    error,
  };
}
function storeInt8(name, shape, values) {
  const [rows = 1] = shape;
  const quantised = quantizeInt8(values, rows);
  return {
    stored: [
      {
        name,
        shape,
        dtype: 'I8',
        bytes: bytesOf(quantised.values),
      },
      {
        name: scaleName(name),
        shape: [rows],
        dtype: 'F32',
        bytes: bytesOf(quantised.scales),
      },
    ],
    error: compare(name, 'q8', values, dequantizeInt8(quantised)),
  };
}
function storeInt4(name, shape, values) {
  const [rows = 1, columns = 1] = shape;
  const quantised = quantizeInt4(values);
  return {
    stored: [
      {
        name,
        shape: [rows, columns / 2],
        dtype: 'U8',
        bytes: quantised.packed,
      },
      {
        name: scaleName(name),
        shape: [rows, columns / 32],
        dtype: 'F16',
        bytes: bytesOf(quantised.scales),
      },
    ],
    error: compare(name, 'q4', values, dequantizeInt4(quantised)),
  };
}
function precisionFor(shape, wanted) {
  if (wanted === 'f32' || wanted === 'f16') return wanted;
  const [rows = 0, columns = 0] = shape;
  if (shape.length !== 2 || rows * columns === 0) return 'f32';
  return wanted === 'q4' && (columns % 32 !== 0 || rows * columns < smallMatrix) ? 'q8' : wanted;
}
function compare(name, precision, before, after) {
  let maxAbsError = 0;
  let squares = 0;
  let errors = 0;
  for (let i = 0; i < before.length; i++) {
    const value = before[i] ?? 0;
    const difference = Math.abs(value - (after[i] ?? 0));
    if (difference > maxAbsError) maxAbsError = difference;
    squares += value * value;
    errors += difference * difference;
  }
  return {
    name,
    precision,
    maxAbsError,
    relativeError: squares === 0 ? 0 : Math.sqrt(errors / squares),
  };
}
function totalBytes(tensors) {
  let total = 0;
  for (const { bytes } of tensors) total += bytes.length;
  return total;
}
function beyondHalf(name) {
  return new InvalidArgumentError({
    problem: `Tensor "${name}" holds values beyond 65,504`,
    expected: 'Expected weights that fit in f16',
    remedy: 'Keep f32, or quantise to q8',
  });
}
// ../packages/weights/src/onnx/proto.ts
/** ONNX models as protobuf. Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3. */
/** `TensorProto.DataType`, the ones used here. */
var elementType = {
  float: 1,
  int8: 3,
  int64: 7,
  float16: 10,
};
/** IR version 8 came with ONNX 1.12 and operator set 17. */
var irVersion = 8;
/** The model as the bytes of an `.onnx` file. */
function encodeOnnx(model) {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, irVersion);
  pbf.writeStringField(2, model.producer);
  pbf.writeMessage(7, writeGraph, model);
  pbf.writeMessage(8, (opset, out) => out.writeVarintField(2, opset), model.opset);
  return Uint8Array.from(pbf.finish());
}
function writeGraph({ name, nodes, constants, inputs, outputs }, pbf) {
  nodes.forEach((node, index) =>
    pbf.writeMessage(1, writeNode, {
      ...node,
      name: `${node.type}_${index}`,
    }),
  );
  pbf.writeStringField(2, name);
  for (const tensor of constants) pbf.writeMessage(5, writeTensor, tensor);
  for (const value of inputs) pbf.writeMessage(11, writeValue, value);
  for (const value of outputs) pbf.writeMessage(12, writeValue, value);
}
function writeNode({ type, name, inputs, outputs, attributes }, pbf) {
  for (const input of inputs) pbf.writeStringField(1, input);
  for (const output of outputs) pbf.writeStringField(2, output);
  pbf.writeStringField(3, name);
  pbf.writeStringField(4, type);
  for (const attribute of Object.entries(attributes)) pbf.writeMessage(5, writeAttribute, attribute);
}
function writeAttribute([name, value], pbf) {
  const kind = {
    float: 1,
    int: 2,
    ints: 7,
  };
  pbf.writeStringField(1, name);
  if (typeof value === 'number') {
    pbf.writeVarintField(3, value);
    pbf.writeVarintField(20, kind.int);
  } else if ('float' in value) {
    pbf.writeFloatField(2, value.float);
    pbf.writeVarintField(20, kind.float);
  } else {
    for (const item of value) pbf.writeVarintField(8, item);
    pbf.writeVarintField(20, kind.ints);
  }
}
function writeTensor({ name, type, shape, bytes }, pbf) {
  for (const side of shape) pbf.writeVarintField(1, side);
  pbf.writeVarintField(2, type);
  pbf.writeStringField(8, name);
  pbf.writeBytesField(9, bytes);
}
function writeValue({ name, type, shape }, pbf) {
  pbf.writeStringField(1, name);
  pbf.writeMessage(
    2,
    (_, typeProto) => {
      typeProto.writeMessage(
        1,
        (_, tensorType) => {
          tensorType.writeVarintField(1, type);
          tensorType.writeMessage(2, writeShape, shape);
        },
        void 0,
      );
    },
    void 0,
  );
}
function writeShape(shape, pbf) {
  for (const side of shape)
    pbf.writeMessage(
      1,
      (_, dimension) => {
        if (typeof side === 'number') dimension.writeVarintField(1, side);
        else dimension.writeStringField(2, side);
      },
      void 0,
    );
}
// ../packages/weights/src/onnx/albert.ts
/**
 * ALBERT as ONNX operations: the same model as `@albert-web/core`'s encoder, for engines outside the page.
 *
 * Source: Lan et al. 2019, section 3; huggingface/transformers `models/albert/modeling_albert.py`. GELU is written in
 * the operations of Hugging Face's `gelu_new`, a pattern that ONNX Runtime fuses.
 */
/** Names of the graph's inputs, int64; `[batch, sequence]`, for multiple choice `[batch, choices, sequence]`. */
var inputNames = ['input_ids', 'attention_mask', 'token_type_ids'];
/** Adds the whole model; its outputs carry Hugging Face's names. */
function buildAlbert(builder, head) {
  const { graph } = builder;
  const [ids, mask, types] = inputNames.map((name) =>
    head === 'multiple_choice' ? graph.add('Flatten', [name], { axis: 2 }) : name,
  );
  const embedded = embeddings(builder, ids ?? '', types ?? '');
  let hidden = builder.weights.linear('encoder.embedding_hidden_mapping_in', embedded);
  const hiding = maskScores(builder, mask ?? '');
  const layers = encoderLayers(builder.config).flat();
  for (const names of layers) hidden = layer(builder, names, hidden, hiding);
  applyHead(builder, head, hidden);
}
/** Word + position + token type, normalised: `[batch, sequence] -> [batch, sequence, embedding]`. */
function embeddings({ graph, weights, config }, ids, types) {
  const words = weights.wordEmbeddings('embeddings.word_embeddings.weight', ids);
  const typeRows = graph.add('Gather', [weights.table('embeddings.token_type_embeddings.weight'), types]);
  const length = graph.add('Shape', [ids], {
    start: 1,
    end: 2,
  });
  const positions = graph.add('Slice', [
    weights.table('embeddings.position_embeddings.weight'),
    graph.integers(0),
    length,
    graph.integers(0),
  ]);
  const sum = graph.add('Add', [graph.add('Add', [words, typeRows]), positions]);
  return normalise(
    {
      graph,
      weights,
      config,
    },
    'embeddings.LayerNorm',
    sum,
  );
}
/** 0 where a key may be seen, the lowest f32 where it may not: `[batch, sequence] -> [batch, 1, 1, sequence]`. */
function maskScores({ graph }, mask) {
  const seen = graph.add('Cast', [graph.add('Unsqueeze', [mask, graph.integers(1, 2)])], { to: elementType.float });
  return graph.add('Mul', [graph.add('Sub', [graph.scalar(1), seen]), graph.scalar(-34028234663852886e22)]);
}
function layer(builder, names, hidden, hiding) {
  const { graph, weights } = builder;
  const projected = weights.linear(`${names.attention}.dense`, attend(builder, names.attention, hidden, hiding));
  const attended = normalise(builder, `${names.attention}.LayerNorm`, graph.add('Add', [hidden, projected]));
  const inner = activate(builder, weights.linear(`${names.feedForward}.ffn`, attended));
  const outer = weights.linear(`${names.feedForward}.ffn_output`, inner);
  return normalise(builder, `${names.feedForward}.full_layer_layer_norm`, graph.add('Add', [outer, attended]));
}
function attend({ graph, weights, config }, name, hidden, hiding) {
  const size = headSize(config);
  const split = (part, perm) => {
    const heads = graph.integers(0, 0, config.num_attention_heads, size);
    return graph.add('Transpose', [graph.add('Reshape', [weights.linear(`${name}.${part}`, hidden), heads])], { perm });
  };
  const query = split('query', [0, 2, 1, 3]);
  const key = split('key', [0, 2, 3, 1]);
  const value = split('value', [0, 2, 1, 3]);
  const scores = graph.add('Div', [graph.add('MatMul', [query, key]), graph.scalar(Math.sqrt(size))]);
  const probabilities = graph.add('Softmax', [graph.add('Add', [scores, hiding])], { axis: -1 });
  const context = graph.add('Transpose', [graph.add('MatMul', [probabilities, value])], { perm: [0, 2, 1, 3] });
  return graph.add('Reshape', [context, graph.integers(0, 0, config.hidden_size)]);
}
function normalise({ graph, weights, config }, name, x) {
  const inputs = [x, weights.vector(`${name}.weight`), weights.vector(`${name}.bias`)];
  return graph.add('LayerNormalization', inputs, {
    axis: -1,
    epsilon: { float: config.layer_norm_eps },
  });
}
function activate({ graph, config }, x) {
  if (config.hidden_act === 'relu') return graph.add('Relu', [x]);
  const half = graph.scalar(0.5);
  const one = graph.scalar(1);
  if (config.hidden_act === 'gelu') {
    const erf = graph.add('Erf', [graph.add('Div', [x, graph.scalar(Math.SQRT2)])]);
    return graph.add('Mul', [graph.add('Mul', [x, graph.add('Add', [erf, one])]), half]);
  }
  const cube = graph.add('Mul', [graph.add('Pow', [x, graph.scalar(3)]), graph.scalar(0.044715)]);
  const inner = graph.add('Mul', [graph.add('Add', [x, cube]), graph.scalar(Math.sqrt(2 / Math.PI))]);
  const slope = graph.add('Add', [graph.add('Tanh', [inner]), one]);
  return graph.add('Mul', [graph.add('Mul', [x, half]), slope]);
}
function applyHead(builder, head, hidden) {
  const { graph, weights } = builder;
  const pooled = (output) => {
    const first = graph.add('Gather', [hidden, graph.index(0)], { axis: 1 });
    return graph.add('Tanh', [weights.linear('pooler', first)], {}, output);
  };
  switch (head) {
    case 'encoder':
      graph.add('Identity', [hidden], {}, 'last_hidden_state');
      break;
    case 'base':
      graph.add('Identity', [hidden], {}, 'last_hidden_state');
      pooled('pooler_output');
      break;
    case 'masked_lm':
      predictTokens(builder, hidden, 'logits');
      break;
    case 'pretraining':
      predictTokens(builder, hidden, 'prediction_logits');
      weights.linear('sop_classifier.classifier', pooled(), 'sop_logits');
      break;
    case 'sequence_classification':
      weights.linear('classifier', pooled(), 'logits');
      break;
    case 'token_classification':
      weights.linear('classifier', hidden, 'logits');
      break;
    case 'question_answering': {
      const both = weights.linear('qa_outputs', hidden);
      graph.add('Gather', [both, graph.index(0)], { axis: -1 }, 'start_logits');
      graph.add('Gather', [both, graph.index(1)], { axis: -1 }, 'end_logits');
      break;
    }
    case 'multiple_choice': {
      const scores = weights.linear('classifier', pooled());
      graph.add(
        'Reshape',
        [
          scores,
          graph.add('Shape', ['input_ids'], {
            start: 0,
            end: 2,
          }),
        ],
        {},
        'logits',
      );
      break;
    }
  }
}
/** Vocabulary logits by the word embeddings themselves, transposed: `[batch, sequence, hidden] -> [.., .., vocabulary]`. */
function predictTokens(builder, hidden, output) {
  const { graph, weights, config } = builder;
  const normal = normalise(
    builder,
    'predictions.LayerNorm',
    activate(builder, weights.linear('predictions.dense', hidden)),
  );
  const rows = graph.add('Reshape', [normal, graph.integers(-1, config.embedding_size)]);
  const logits = weights.tiedDecoder('embeddings.word_embeddings.weight', 'predictions.bias', rows);
  const shape = graph.add('Concat', [graph.add('Shape', ['input_ids']), graph.integers(config.vocab_size)], {
    axis: 0,
  });
  graph.add('Reshape', [logits, shape], {}, output);
}
// ../packages/weights/src/onnx/graph.ts
/** Collects operations and constants; a value is the name of what an operation puts out. */
var GraphBuilder = class {
  nodes = [];
  #constants = /* @__PURE__ */ new Map();
  get constants() {
    return [...this.#constants.values()];
  }
  /** Adds an operation with one output; returns it. `output` names a result of the graph. */
  add(type, inputs, attributes = {}, output = this.#fresh(type)) {
    this.nodes.push({
      type,
      inputs,
      outputs: [output],
      attributes,
    });
    return output;
  }
  /** Adds an operation with several outputs; returns them. */
  addMany(type, inputs, count, attributes = {}) {
    const outputs = Array.from({ length: count }, (_, index) => `${this.#fresh(type)}_${index}`);
    this.nodes.push({
      type,
      inputs,
      outputs,
      attributes,
    });
    return outputs;
  }
  /** A constant made once for each name. */
  constant(name, make) {
    if (!this.#constants.has(name))
      this.#constants.set(name, {
        name,
        ...make(),
      });
    return name;
  }
  /** A scalar f32 constant. */
  scalar(value) {
    return this.constant(`scalar ${value}`, () => ({
      type: elementType.float,
      shape: [],
      bytes: bytesOf(Float32Array.of(value)),
    }));
  }
  /** A vector of int64, for shapes and indices. */
  integers(...values) {
    return this.constant(`integers ${values.join(' ')}`, () => ({
      type: elementType.int64,
      shape: [values.length],
      bytes: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
    }));
  }
  /** A scalar int64: an index whose axis is dropped. */
  index(value) {
    return this.constant(`index ${value}`, () => ({
      type: elementType.int64,
      shape: [],
      bytes: new Uint8Array(BigInt64Array.of(BigInt(value)).buffer),
    }));
  }
  #fresh(type) {
    return `${type}_${this.nodes.length}_output`;
  }
};
// ../packages/weights/src/onnx/weights.ts
/** @returns operations that add to `graph`. */
function weightedOperations(graph, weights, precision) {
  return precision === 'q8' ? int8Operations(graph, weights) : floatOperations(graph, weights, precision);
}
function floatOperations(graph, weights, precision) {
  const asFloat = /* @__PURE__ */ new Map();
  /** A constant; halves are widened once, by an operation that runtimes evaluate when they load the model. */
  const stored = (name, make) => {
    if (precision === 'f32')
      return graph.constant(name, () => {
        const { values, shape } = make();
        return {
          type: elementType.float,
          shape,
          bytes: bytesOf(values),
        };
      });
    const known = asFloat.get(name);
    if (known !== void 0) return known;
    const { values, shape } = make();
    const half = {
      type: elementType.float16,
      shape,
      bytes: bytesOf(float32ToHalf(values)),
    };
    const widened = graph.add('Cast', [graph.constant(name, () => half)], { to: elementType.float });
    asFloat.set(name, widened);
    return widened;
  };
  const plain = (name) =>
    stored(name, () => ({
      values: weights.float32(name),
      shape: weights.shape(name) ?? [],
    }));
  const transposed = (name) =>
    stored(name, () => {
      const [output = 1, input = 1] = weights.shape(name) ?? [];
      const values = weights.float32(name);
      return {
        values: transpose(values, new Float32Array(values.length), output, input),
        shape: [input, output],
      };
    });
  return {
    vector: plain,
    table: plain,
    wordEmbeddings: (name, ids) => graph.add('Gather', [plain(name), ids]),
    linear(name, x, output) {
      const product = graph.add('MatMul', [x, transposed(`${name}.weight`)]);
      return graph.add('Add', [product, plain(`${name}.bias`)], {}, output);
    },
    tiedDecoder: (table, bias, x) => graph.add('Gemm', [x, plain(table), plain(bias)], { transB: 1 }),
  };
}
/** Weights int8 with a scale for each output row; activations quantised as they come, one scale a tensor. */
function int8Operations(graph, weights) {
  const quantised = /* @__PURE__ */ new Map();
  /** `[int8 values, scale, zero point]` of an activation, once however many products read it. */
  const quantise = (x) => {
    const known = quantised.get(x) ?? graph.addMany('DynamicQuantizeLinear', [x], 3);
    quantised.set(x, known);
    return known;
  };
  const rows = (name) => weights.int8(name) ?? quantizeInt8(weights.float32(name), weights.shape(name)?.[0] ?? 1);
  const float = (name) =>
    graph.constant(name, () => ({
      type: elementType.float,
      shape: weights.shape(name) ?? [],
      bytes: bytesOf(weights.float32(name)),
    }));
  const scales = (name, of) =>
    graph.constant(`${name}.scale`, () => {
      const { scales } = of();
      return {
        type: elementType.float,
        shape: [scales.length],
        bytes: bytesOf(scales),
      };
    });
  const product = (x, matrix, scale) => {
    const [values = '', xScale = '', zeroPoint = ''] = quantise(x);
    const sums = graph.add('Cast', [graph.add('MatMulInteger', [values, matrix, zeroPoint])], {
      to: elementType.float,
    });
    return graph.add('Mul', [sums, graph.add('Mul', [xScale, scale])]);
  };
  return {
    vector: float,
    table: float,
    wordEmbeddings(name, ids) {
      const { values: table, scale } = storeTable(name);
      const values = graph.add('Cast', [graph.add('Gather', [table, ids])], { to: elementType.float });
      const factors = graph.add('Unsqueeze', [graph.add('Gather', [scale, ids]), graph.integers(-1)]);
      return graph.add('Mul', [values, factors]);
    },
    linear(name, x, output) {
      const weight = `${name}.weight`;
      const once = memoise(() => rows(weight));
      const matrix = graph.constant(weight, () => {
        const [outputs = 1, inputs = 1] = weights.shape(weight) ?? [];
        const { values } = once();
        const turned = transpose(values, new Int8Array(values.length), outputs, inputs);
        return {
          type: elementType.int8,
          shape: [inputs, outputs],
          bytes: bytesOf(turned),
        };
      });
      return graph.add('Add', [product(x, matrix, scales(weight, once)), float(`${name}.bias`)], {}, output);
    },
    tiedDecoder(table, bias, x) {
      const { values, scale } = storeTable(table);
      const matrix = graph.add('Transpose', [values], { perm: [1, 0] });
      return graph.add('Add', [product(x, matrix, scale), float(bias)]);
    },
  };
  function storeTable(name) {
    const once = memoise(() => rows(name));
    return {
      values: graph.constant(name, () => ({
        type: elementType.int8,
        shape: weights.shape(name) ?? [],
        bytes: bytesOf(once().values),
      })),
      scale: scales(name, once),
    };
  }
}
function memoise(make) {
  let made;
  return () => (made ??= { value: make() }).value;
}
/** `[rows, columns]` to `[columns, rows]`. */
function transpose(source, target, rows, columns) {
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) target[column * rows + row] = source[row * columns + column] ?? 0;
  return target;
}
// ../packages/weights/src/onnx/export.ts
/** Operator set 17 is the first with LayerNormalization; ONNX Runtime reads it since 1.12. */
var opset = 17;
/**
 * The model as the bytes of an `.onnx` file, with dynamic batch and length and every shared weight stored once.
 *
 * Inputs are int64 `input_ids`, `attention_mask`, `token_type_ids`, `[batch, sequence]` (multiple choice: `[batch,
 * choices, sequence]`); outputs are f32 under Hugging Face's names. In `q8` every matrix of every layer and the word
 * embeddings are int8, an output row a scale; `f16` stores halves and computes in f32, which every engine can.
 *
 * @throws MissingTensorError, TensorShapeError when the weights are not those of the configuration.
 */
function exportOnnx(options) {
  return encodeOnnx(onnxModel(options));
}
/** As `exportOnnx`, before it becomes bytes. */
function onnxModel({ config, head = headOf(config), weights, precision }) {
  checkWeights(modelWeights(config, head), weights);
  const graph = new GraphBuilder();
  buildAlbert(
    {
      graph,
      config,
      weights: weightedOperations(graph, weights, precision),
    },
    head,
  );
  return {
    name: 'albert',
    producer: 'albert-web',
    opset,
    inputs: inputNames.map((name) => ({
      name,
      type: elementType.int64,
      shape: inputShape(head),
    })),
    outputs: outputsOf(config, head),
    nodes: graph.nodes,
    constants: graph.constants,
  };
}
var inputShape = (head) => (head === 'multiple_choice' ? ['batch', 'choices', 'sequence'] : ['batch', 'sequence']);
function outputsOf(config, head) {
  const output = (name, ...shape) => ({
    name,
    type: elementType.float,
    shape,
  });
  return {
    encoder: [output('last_hidden_state', 'batch', 'sequence', config.hidden_size)],
    base: [
      output('last_hidden_state', 'batch', 'sequence', config.hidden_size),
      output('pooler_output', 'batch', config.hidden_size),
    ],
    masked_lm: [output('logits', 'batch', 'sequence', config.vocab_size)],
    pretraining: [
      output('prediction_logits', 'batch', 'sequence', config.vocab_size),
      output('sop_logits', 'batch', 2),
    ],
    sequence_classification: [output('logits', 'batch', numLabels(config))],
    token_classification: [output('logits', 'batch', 'sequence', numLabels(config))],
    question_answering: [output('start_logits', 'batch', 'sequence'), output('end_logits', 'batch', 'sequence')],
    multiple_choice: [output('logits', 'batch', 'choices')],
  }[head];
}
// src/model/random-model.ts
/** The same weights in every page and every run. */
function randomCheckpoint(config) {
  const random = xorshift(1);
  const tensors = modelWeights(config).map(({ name, shape }) => {
    const values = new Float32Array(shape.reduce((size, side) => size * side, 1));
    const centre = /(LayerNorm|layer_norm)\.weight$/u.test(name) ? 1 : 0;
    for (let i = 0; i < values.length; i++) values[i] = centre + (random() - 0.5) * 0.14;
    return {
      name,
      shape,
      dtype: 'F32',
      bytes: new Uint8Array(values.buffer),
    };
  });
  return {
    tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
    metadata: {},
  };
}
/** Marsaglia's xorshift32, uniform in [0, 1): xxlarge needs a quarter of a billion numbers. */
function xorshift(seed) {
  let state = seed * 2654435761 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
}
// src/model/shapes.ts
var mini = {
  hidden_size: 128,
  num_hidden_layers: 4,
  num_attention_heads: 4,
  intermediate_size: 512,
};
/** Sixteen labels: enough numbers for the outputs of two engines to be compared by. */
var labels = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`LABEL_${index}`, index]));
/** A sequence classifier of the shape. */
function configOf(shape) {
  return {
    ...defaultConfig,
    ...(shape === 'mini'
      ? {
          ...mini,
          vocab_size: 1e3,
        }
      : paperSizes[shape]),
    architectures: ['AlbertForSequenceClassification'],
    id2label: Object.fromEntries(Object.entries(labels).map(([label, index]) => [index, label])),
    label2id: labels,
  };
}
// src/runner/model-folder.ts
/** The folders that end-to-end runs load: one classifier of the base shape, as we and as transformers.js read it. */
/** @param tokenizer folder with `spiece.model` and `tokenizer_config.json`. */
async function writeModelFolders(tokenizer) {
  const path = await mkdtemp(join(tmpdir(), 'albert-bench-'));
  const config = configOf('base');
  const f32 = randomCheckpoint(config);
  const checkpoints = {
    f32,
    q8: quantizeCheckpoint(f32, 'q8').checkpoint,
  };
  const spiece = new Uint8Array(await readFile(join(tokenizer, 'spiece.model')));
  const tokenizerConfig = await readFile(join(tokenizer, 'tokenizer_config.json'), 'utf8');
  for (const precision of ['f32', 'q8']) {
    const folder = join(path, precision);
    await mkdir(join(folder, 'onnx'), { recursive: true });
    await writeFile(join(folder, 'config.json'), JSON.stringify(config));
    await writeFile(join(folder, 'model.safetensors'), writeSafetensors(checkpoints[precision]));
    await writeFile(
      join(folder, 'tokenizer.json'),
      JSON.stringify(toTokenizerJson(spiece, JSON.parse(tokenizerConfig))),
    );
    await writeFile(
      join(folder, 'tokenizer_config.json'),
      JSON.stringify({
        ...JSON.parse(tokenizerConfig),
        tokenizer_class: 'AlbertTokenizer',
      }),
    );
    await cp(join(tokenizer, 'spiece.model'), join(folder, 'spiece.model'));
    await writeFile(
      join(folder, 'onnx', precision === 'f32' ? 'model.onnx' : 'model_quantized.onnx'),
      exportOnnx({
        config,
        weights: weightReader(f32),
        precision,
      }),
    );
  }
  return {
    path,
    remove: () =>
      rm(path, {
        recursive: true,
        force: true,
      }),
  };
}
// src/runner/plan.ts
/** Ours first: the first candidate's logits are what the others are compared with. */
function planPages({ peers, quick, realGpu, cores }) {
  const wasm = [
    ...ours('wasm', 'f32', 'q8'),
    ...(peers ? [...theirs('onnxruntime-web', 'wasm', 'f32', 'q8'), ...theirs('tfjs', 'wasm', 'f32')] : []),
  ];
  const forward = (overrides) => ({
    shape: 'base',
    candidates: wasm,
    inputs: [
      {
        batch: 1,
        length: 128,
      },
    ],
    threads: 1,
    rounds: quick ? 5 : 11,
    budgetMs: quick ? 8e3 : 14e3,
    parts: false,
    ...overrides,
  });
  const isolated = (overrides) => ({
    isolated: true,
    forward: forward(overrides),
  });
  const gpu = [...gpuPages('webgl', 'mini'), ...gpuPages('webgpu', 'mini')];
  if (quick) return [isolated({ parts: true }), ...gpu];
  return [
    isolated({
      inputs: [8, 32, 64, 128, 256, 512].map((length) => ({
        batch: 1,
        length,
      })),
      parts: true,
    }),
    ...(cores > 1
      ? [
          isolated({
            threads: 2,
            inputs: [64, 128, 512].map((length) => ({
              batch: 1,
              length,
            })),
          }),
        ]
      : []),
    isolated({
      inputs: [4, 16].map((batch) => ({
        batch,
        length: 32,
      })),
      budgetMs: 2e4,
    }),
    ...gpu,
    ...(realGpu.webgl ? [] : [isolated(webglTarget())]),
    {
      isolated: false,
      forward: forward({}),
    },
  ];
  function gpuPages(backend, emulated) {
    const real = realGpu[backend];
    const candidates = [
      ...ours(backend, ...(backend === 'webgpu' && real ? ['f32', 'f16', 'q8'] : ['f32'])),
      ...(peers ? theirs('tfjs', backend, 'f32') : []),
      ...(peers && backend === 'webgpu' ? theirs('onnxruntime-web', backend, 'f32', ...(real ? ['f16'] : [])) : []),
    ];
    const inputs = real
      ? [
          ...[8, 32, 64, 128, 256, 512].map((length) => ({
            batch: 1,
            length,
          })),
          ...[8, 32].map((batch) => ({
            batch,
            length: 128,
          })),
        ]
      : [
          {
            batch: 1,
            length: 16,
          },
        ];
    return [
      isolated({
        shape: real ? 'base' : emulated,
        candidates,
        inputs,
        parts: real,
      }),
    ];
  }
  /** The one emulated figure with a target: the base shape at length 64. */
  function webglTarget() {
    return {
      candidates: [...ours('webgl', 'f32'), ...(peers ? theirs('tfjs', 'webgl', 'f32') : [])],
      inputs: [
        {
          batch: 1,
          length: 64,
        },
      ],
      rounds: 3,
    };
  }
}
/** The candidates of an end-to-end run. */
function pairCandidates(peers) {
  return [...ours('wasm', 'q8'), ...(peers ? theirs('transformers.js', 'wasm', 'q8') : [])];
}
function ours(backend, ...precisions) {
  return theirs('albert-web', backend, ...precisions);
}
function theirs(engine, backend, ...precisions) {
  return precisions.map((precision) => ({
    engine,
    backend,
    precision,
  }));
}
// src/runner/sentence-pairs.ts
/** What end-to-end runs judge when no file of pairs is given. */
/** Written for this benchmark, in the length and manner of news sentences. */
var written = [
  [
    'The city council approved the new tram line on Tuesday after a debate that lasted almost six hours.',
    'After nearly six hours of debate, council members voted on Tuesday in favour of the new tram line.',
  ],
  [
    'Shares of the shipbuilder fell 7 percent to $ 31.20 in early trading, their lowest since March.',
    'In early trading the shipbuilder dropped 7 percent, to $ 31.20.',
  ],
  [
    'Heavy snow closed the mountain pass for the third day in a row, and hundreds of lorries were waiting on both sides.',
    'The museum will stay open until midnight on the first Friday of every month, its director said.',
  ],
  [
    'Researchers found that the birds remember where they hid their food for as long as nine months.',
    'The birds can recall their hiding places for up to nine months, according to the researchers.',
  ],
  [
    'She said she had not been told about the decision before it was announced to the press.',
    'He said that he was told about the decision weeks before the press heard of it.',
  ],
  [
    'The two companies will share the cost of the satellite, which is to be launched next autumn from French Guiana.',
    'Next autumn the satellite, paid for by both companies, is due to lift off from French Guiana.',
  ],
  ['The train was late.', 'The train did not arrive on time.'],
  [
    'Police asked anyone who saw the blue van near the bridge between four and five o’clock to call the station.',
    'Witnesses who noticed a blue van by the bridge between 4 and 5 p.m. should call the police station, officers said.',
  ],
];
/** 128 pairs: enough batches for a steady rate. */
var writtenPairs = Array.from({ length: 16 }, () => written).flat();
/** A GLUE MRPC file: a header, then `label, id, id, first, second` by tabs. */
function parseMrpc(text) {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/\r$/u, '').split('	'))
    .flatMap(([, , , first, second]) => (first && second ? [[first, second]] : []));
}
// src/runner/server.ts
/** Serves the built page, and model folders beside it, to the browser of this machine only. */
var types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};
async function servePage({ page, models, isolated }) {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://page').pathname));
    const file = path.startsWith('/models/') && models ? join(models, path.slice(8)) : join(page, path);
    send(path.endsWith('/') ? join(file, 'index.html') : file);
    async function send(file) {
      const found = await stat(file).catch(() => void 0);
      if (!found?.isFile()) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, {
        'Content-Type': types[extname(file)] ?? 'application/octet-stream',
        'Content-Length': found.size,
        ...(isolated && {
          'Cross-Origin-Opener-Policy': 'same-origin',
          'Cross-Origin-Embedder-Policy': 'require-corp',
        }),
      });
      if (request.method === 'HEAD') response.end();
      else createReadStream(file).pipe(response);
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
// src/report/plots.ts
/** The plots of page, README and report, from the same rows. */
/** Latency by length, one line an engine; both axes logarithmic, so that a straight line is a constant factor. */
function latencyPlot(rows, target = {}) {
  const shown = rows
    .filter(({ measure, batch }) => measure === 'forward' && batch === 1)
    .map((row) => ({
      ...row,
      engineName: `${labelOf(row)}, ${row.backend}`,
    }))
    .toSorted((a, b) => a.length - b.length);
  return Plot.plot({
    ...common(target),
    x: {
      type: 'log',
      base: 2,
      label: 'tokens',
      ticks: [...new Set(shown.map(({ length }) => length))],
      tickFormat: String,
    },
    y: {
      type: 'log',
      label: 'ms',
      grid: true,
      tickFormat: (value) => String(value),
    },
    color: {
      legend: true,
      domain: legend(shown.map(({ engineName }) => engineName)),
    },
    marks: [
      Plot.line(shown, {
        x: 'length',
        y: 'medianMs',
        stroke: 'engineName',
        strokeWidth: (row) => weight(row),
      }),
      Plot.dot(shown, {
        x: 'length',
        y: 'medianMs',
        fill: 'engineName',
        tip: !target.document,
      }),
    ],
  });
}
function common({ document, width = 760 }) {
  return {
    ...(document && { document }),
    width,
    height: Math.round(width * 0.5),
    marginLeft: 56,
    style: {
      background: 'transparent',
      color: 'currentColor',
      fontSize: '13px',
    },
  };
}
/** Ours first, so that its colours are the same in every plot. */
function legend(names) {
  return [...new Set(names)].toSorted(
    (a, b) => Number(b.startsWith('albert-web')) - Number(a.startsWith('albert-web')) || a.localeCompare(b),
  );
}
var weight = ({ engine }) => (engine === 'albert-web' ? 3 : 1.5);
// src/runner/draw.ts
/** A plot as a file, without a browser. */
/**
 * Draws latency by length on one thread of the `wasm` backend from a report, as SVG.
 *
 * @throws BenchSetupError when the report has no such rows
 */
async function drawLatency(json, svg) {
  const { rows } = JSON.parse(await readFile(json, 'utf8'));
  const shown = rows.filter(
    ({ backend, threads, isolated, shape }) => backend === 'wasm' && threads === 1 && isolated && shape === 'base',
  );
  if (shown.length === 0)
    throw new BenchSetupError({
      problem: `${json} has no rows of the base shape on wasm with one thread`,
      remedy: 'Run `albert bench --peers` without --quick, and draw from its report',
    });
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const figure = latencyPlot(shown, { document });
  await writeFile(svg, standalone(figure));
}
/** With a legend Plot makes a figure of HTML around the drawing; a file needs one SVG with its own key. */
function standalone(figure) {
  return (
    (figure.tagName.toLowerCase() === 'svg' ? figure : figure.querySelector('svg[viewBox]:last-of-type'))?.outerHTML ??
    ''
  );
}
// src/runner/index.ts
/**
 * The headless run behind `albert bench`: drives the built page, page by page, and saves after every measurement.
 *
 * @packageDocumentation
 */
var root = new URL('../', import.meta.url);
var pageFolder = fileURLToPath(new URL('dist/', root));
var defaultTokenizer = fileURLToPath(new URL('../weights/default/', root));
/** @throws BenchSetupError when the page is not built or there is no browser */
async function runBench(options, log) {
  if (!existsSync(`${pageFolder}index.html`))
    throw new BenchSetupError({
      problem: 'The benchmark page has not been built',
      remedy: 'Run `npm run build` in the root of the repository',
    });
  const browser = await openBrowser(options.gpu);
  const run = new Run(options, browser, log);
  try {
    await run.begin();
    await run.forward();
    await run.pairs();
    return run.report;
  } finally {
    await browser.close();
  }
}
var Run = class {
  report;
  #facts;
  #options;
  #browser;
  #log;
  /** Writes follow one another, so that the file is never half of two reports. */
  #saving = Promise.resolve();
  constructor(options, browser, log) {
    this.#options = options;
    this.#browser = browser;
    this.#log = log;
    this.report = {
      date: /* @__PURE__ */ new Date().toISOString(),
      commit: readCommit(fileURLToPath(root)),
      machine: readMachine('unknown'),
      browser: browser.version,
      rows: [],
      parts: [],
      agreement: [],
      skipped: [],
    };
  }
  /** Reads the facts, on which the plan depends. */
  async begin() {
    const facts = await this.#onPage({ isolated: true }, (call) => call('facts'));
    if (!facts)
      throw new BenchSetupError({
        problem: 'The page tells nothing of itself',
        remedy: 'Build it again',
      });
    this.#facts = facts;
    this.report = {
      ...this.report,
      machine: readMachine(`WebGPU: ${facts.webgpu}; WebGL: ${facts.webgl}`),
    };
    this.#log(`${this.report.browser}, ${this.report.machine.cpu}, ${this.report.machine.gpu}`);
  }
  async forward() {
    const { peers, quick } = this.#options;
    const software = (name) => /swiftshader|llvmpipe|lavapipe|^no /iu.test(name);
    const pages = planPages({
      peers,
      quick,
      cores: cpus().length,
      realGpu: {
        webgpu: !software(this.#facts?.webgpu ?? 'no facts'),
        webgl: !software(this.#facts?.webgl ?? 'no facts'),
      },
    });
    for (const { isolated, forward } of pages) await this.#onPage({ isolated }, (call) => call('forward', forward));
  }
  async pairs() {
    const { peers, quick, pairs: file, tokenizer = defaultTokenizer } = this.#options;
    const given = file ? parseMrpc(await readFile(file, 'utf8')) : writtenPairs;
    const models = await writeModelFolders(tokenizer).catch((error) => {
      this.#on({
        kind: 'skipped',
        skipped: {
          what: 'sentence pairs',
          why: messageOf(error),
        },
      });
    });
    if (!models) return;
    try {
      await this.#onPage(
        {
          isolated: true,
          models: models.path,
        },
        (call) =>
          call('pairs', {
            shape: 'base',
            candidates: pairCandidates(peers),
            pairs: given.slice(0, quick ? 32 : 256),
            batchSize: 16,
            threads: 1,
            rounds: 5,
            budgetMs: quick ? 1e4 : 45e3,
          }),
      );
    } finally {
      await models.remove();
    }
  }
  /** A page that fails costs its own figures, not those of the others. */
  async #onPage(served, use) {
    let server;
    try {
      server = await servePage({
        page: pageFolder,
        ...served,
      });
      return await this.#browser.withPage(server.url, (event) => this.#on(event), use);
    } catch (error) {
      this.#on({
        kind: 'skipped',
        skipped: {
          what: 'a page of the run',
          why: messageOf(error),
        },
      });
      return;
    } finally {
      await this.#saving;
      await server?.close();
    }
  }
  #on(event) {
    if (event.kind === 'progress') this.#log(`  ${event.what}`);
    if (event.kind === 'skipped') this.#log(`  not measured: ${event.skipped.what}: ${event.skipped.why}`);
    this.report = withEvent(this.report, event);
    this.#saving = this.#saving.then(() => this.#save());
  }
  async #save() {
    const { json } = this.#options;
    await writeFile(json, `${JSON.stringify(this.report, void 0, 1)}\n`);
    await writeFile(json.replace(/(\.json)?$/u, '.md'), `${toMarkdown(this.report)}\n`);
  }
};
export { BenchSetupError, drawLatency, runBench };
