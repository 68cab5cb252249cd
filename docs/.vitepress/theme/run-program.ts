/** A message from a program: a line that it logged, an error, or its end. */
export type Message =
  | { readonly kind: 'log' | 'warning' | 'error'; readonly text: string }
  | { readonly kind: 'done'; readonly text?: undefined };

/** A running program. `stop` ends it and its workers. */
export interface Run {
  readonly stop: () => void;
}

/**
 * Runs a module in its own frame, in which `import 'albert-web'` loads the script at `script`.
 *
 * Removing the frame ends every worker that the program has started.
 */
export function runProgram(code: string, script: URL, onMessage: (message: Message) => void): Run {
  const frame = document.createElement('iframe');
  frame.hidden = true;
  frame.title = 'The running program';
  frame.srcdoc = pageOf(code, script);
  const listener = ({ source, data }: MessageEvent<Message>): void => {
    if (source === frame.contentWindow) onMessage(data);
  };
  addEventListener('message', listener);
  document.body.append(frame);
  return {
    stop: () => {
      removeEventListener('message', listener);
      frame.remove();
    },
  };
}

/** Returns the frame's page. Its inline script runs before the program, because modules are deferred. */
function pageOf(code: string, script: URL): string {
  const imports = JSON.stringify({ imports: { 'albert-web': script.href } });
  return `<!doctype html>
<script type="importmap">${imports}</script>
<script>(${postToParent.toString()})()</script>
<script type="module">${withoutEndTag(code)}
parent.postMessage({ kind: 'done' }, '*');</script>`;
}

const withoutEndTag = (code: string): string => code.replaceAll(/<\/(script)/giu, '<\\/$1');

/** Runs in the frame, so it cannot use anything from this module. */
function postToParent(): void {
  const textOf = (value: unknown): string =>
    typeof value === 'string'
      ? value
      : value instanceof Error
        ? `${value.name}: ${value.message}`
        : JSON.stringify(value, replacer, 2);
  const replacer = (_: string, value: unknown): unknown =>
    ArrayBuffer.isView(value) ? `${value.constructor.name}(${(value as Float32Array).length})` : value;
  const say = (kind: string, values: unknown[]): void =>
    parent.postMessage({ kind, text: values.map((value) => textOf(value) ?? 'undefined').join(' ') }, '*');
  console.log = (...values) => say('log', values);
  console.info = console.log;
  console.warn = (...values) => say('warning', values);
  console.error = (...values) => say('error', values);
  const fail = (error: unknown): void => {
    say('error', [error]);
    parent.postMessage({ kind: 'done' }, '*');
  };
  addEventListener('error', ({ error, message }) => fail(error ?? message));
  addEventListener('unhandledrejection', ({ reason }) => fail(reason));
}
