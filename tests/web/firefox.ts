// Firefox over WebDriver BiDi, as far as a test of the page needs it: Playwright asks for commands that no Firefox of Debian has.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

const places = [process.env.PHOTOGUARD_FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox'];

/** Path of the browser: PHOTOGUARD_FIREFOX, or where distributions put it; undefined where there is none, or nothing to talk to it. */
export const firefoxPath: string | undefined =
  'WebSocket' in globalThis ? places.find((path) => path !== undefined && existsSync(path)) : undefined;

/** What a test's name ends with where it is skipped. */
export const firefoxNote = firefoxPath ? '' : ' (skipped: no Firefox, or Node before 22; set PHOTOGUARD_FIREFOX)';

/** Saves without asking, and asks its maker for nothing. */
const PREFERENCES = {
  'browser.download.folderList': 2,
  'browser.download.alwaysOpenPanel': false,
  'app.update.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'intl.accept_languages': 'en-GB',
};

/** A page in Firefox. */
export interface FirefoxPage {
  /** What an expression gives: JSON, or a promise of it. @throws Error where it throws */
  evaluate(expression: string): Promise<unknown>;
  /** Gives files to the input that a selector finds. */
  setFiles(selector: string, files: readonly string[]): Promise<void>;
  /** Waits until an expression is true. @throws Error after `seconds`, with the page's text */
  until(expression: string, seconds: number): Promise<void>;
  /** The file that a click saves. @param expression clicks */
  saved(expression: string, seconds: number): Promise<string>;
  close(): Promise<void>;
}

/** Opens an address. */
export async function openInFirefox(url: string): Promise<FirefoxPage> {
  const folder = mkdtempSync(join(tmpdir(), 'photoguard-firefox-'));
  const [profile, downloads] = [join(folder, 'profile'), join(folder, 'downloads')];
  for (const one of [profile, downloads]) mkdirSync(one);
  const preferences = { ...PREFERENCES, 'browser.download.dir': downloads };
  const lines = Object.entries(preferences).map((entry) => `user_pref(${JSON.stringify(entry).slice(1, -1)});\n`);
  writeFileSync(join(profile, 'user.js'), lines.join(''));
  const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'];
  const child = spawn(firefoxPath!, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const close = async (): Promise<void> => {
    child.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await connect(await addressOf(child), url, downloads)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function addressOf(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stderr! })) {
    const [, address] = /WebDriver BiDi listening on (\S+)/.exec(line) ?? [];
    if (address === undefined) continue;
    child.stderr!.resume();
    return `${address}/session`;
  }
  throw new Error('Firefox ended before it could be asked anything');
}

interface Evaluated {
  readonly result?: { readonly value?: unknown; readonly sharedId?: string };
  readonly exceptionDetails?: { readonly text: string };
}

async function connect(address: string, url: string, downloads: string): Promise<Omit<FirefoxPage, 'close'>> {
  const send = await openSocket(address);
  await send('session.new', { capabilities: {} });
  const { contexts } = (await send('browsingContext.getTree', {})) as { contexts: { context: string }[] };
  const { context } = contexts[0]!;
  await send('browsingContext.navigate', { context, url, wait: 'complete' });
  const ask = async (expression: string): Promise<Evaluated> => {
    const wanted = { expression, target: { context }, awaitPromise: true, userActivation: true };
    const answer = (await send('script.evaluate', wanted)) as Evaluated;
    if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.text);
    return answer;
  };
  const evaluate = async (expression: string): Promise<unknown> => (await ask(expression)).result?.value;
  const poll = async <T>(look: () => Promise<T | undefined>, seconds: number): Promise<T> => {
    for (const end = Date.now() + 1000 * seconds; Date.now() < end; await wait(100)) {
      const found = await look();
      if (found !== undefined) return found;
    }
    throw new Error(`nothing after ${seconds} s; the page says: ${await evaluate('document.body.innerText')}`);
  };
  return {
    evaluate,
    async setFiles(selector, files) {
      const { result } = await ask(`document.querySelector(${JSON.stringify(selector)})`);
      await send('input.setFiles', { context, element: { sharedId: result!.sharedId }, files });
    },
    until: async (expression, seconds) => {
      await poll(async () => (await evaluate(expression)) || undefined, seconds);
    },
    saved: async (expression, seconds) => {
      await evaluate(expression);
      const isWhole = (names: readonly string[]): boolean =>
        names.length > 0 && !names.some((n) => n.endsWith('.part'));
      const look = async (): Promise<string | undefined> => {
        const names = readdirSync(downloads);
        return isWhole(names) ? join(downloads, names[0]!) : undefined;
      };
      return poll(look, seconds);
    },
  };
}

/** A command of WebDriver BiDi: its result. @throws Error with what Firefox says */
type Send = (method: string, params: object) => Promise<unknown>;

async function openSocket(address: string): Promise<Send> {
  const socket = new WebSocket(address);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error(`Firefox does not answer at ${address}`)), { once: true });
  });
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  let count = 0;
  socket.addEventListener('message', ({ data }) => {
    const { id, result, message } = JSON.parse(String(data)) as { id?: number; result?: unknown; message?: string };
    const asked = id === undefined ? undefined : waiting.get(id);
    if (id === undefined || !asked) return;
    waiting.delete(id);
    if (message === undefined) asked.resolve(result);
    else asked.reject(new Error(message));
  });
  return (method, params) =>
    new Promise((resolve, reject) => {
      waiting.set(++count, { resolve, reject });
      socket.send(JSON.stringify({ id: count, method, params }));
    });
}
