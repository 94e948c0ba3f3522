// What browsers do to pages, and devices to browsers: code that is put before the page's own scripts, or those of its workers.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuiltPage } from './built-page.ts';

/** A private window: nothing can be kept. */
export const PRIVATE = `
  const denied = { get() { throw new DOMException('denied', 'SecurityError'); } };
  for (const name of ['caches', 'indexedDB', 'localStorage', 'sessionStorage'])
    if (name in globalThis) Object.defineProperty(globalThis, name, denied);
  if (navigator.storage) navigator.storage.getDirectory = () => Promise.reject(new DOMException('denied', 'SecurityError'));
  if (navigator.locks) navigator.locks.request = () => Promise.reject(new DOMException('denied', 'SecurityError'));
`;

/** Protection against fingerprinting: what is read back from a canvas is altered. */
export const NOISY_CANVAS = `
  for (const context of [globalThis.CanvasRenderingContext2D, globalThis.OffscreenCanvasRenderingContext2D]) {
    if (!context) continue;
    const read = context.prototype.getImageData;
    context.prototype.getImageData = function (...args) {
      const image = read.apply(this, args);
      for (let i = 0; i < image.data.length; i += 3) image.data[i] ^= 1;
      return image;
    };
  }
  if (globalThis.HTMLCanvasElement) HTMLCanvasElement.prototype.toDataURL = () => 'data:,';
`;

/** Names the runtimes of the page's worker by their number. */
export const NUMBERED = `
  const Real = Worker;
  let count = 0;
  globalThis.Worker = class extends Real {
    constructor(url, options) {
      super(url, { ...options, name: 'runtime-' + ++count });
    }
  };
`;

/** The second runtime finds no memory, once somebody says so on the channel `faults`. */
export const NO_MEMORY = `
  const answer = globalThis.postMessage.bind(globalThis);
  let isFull = false;
  new BroadcastChannel('faults').onmessage = () => (isFull = name === 'runtime-2');
  globalThis.postMessage = (message, ...rest) =>
    answer(isFull && message.answer?.results ? { id: message.id, error: 'failed to allocate: std::bad_alloc' } : message, ...rest);
`;

/** A graphics card as far as the page can see. */
export const CARD = `
  const ask = navigator.gpu.requestAdapter.bind(navigator.gpu);
  navigator.gpu.requestAdapter = async (...args) => {
    const adapter = await ask(...args);
    Object.defineProperty(adapter, 'info', { value: { isFallbackAdapter: false } });
    return adapter;
  };
`;

/** A card that is lost while it computes. */
export const LOST_CARD = `
  const ask = navigator.gpu.requestAdapter.bind(navigator.gpu);
  navigator.gpu.requestAdapter = async (...args) => {
    const adapter = await ask(...args);
    const open = adapter.requestDevice.bind(adapter);
    adapter.requestDevice = async (...wanted) => {
      const device = await open(...wanted);
      const submit = device.queue.submit.bind(device.queue);
      let left = 8;
      device.queue.submit = (...work) => {
        if (--left === 0) device.destroy();
        return submit(...work);
      };
      return device;
    };
    return adapter;
  };
`;

/** A slow device: the settings of the address are read late. */
export const LATE_SETTINGS = `
  const answer = globalThis.postMessage.bind(globalThis);
  globalThis.postMessage = (message, ...rest) => setTimeout(() => answer(message, ...rest), message.answer?.attack ? 1000 : 0);
`;

/** Scripts of the page's worker, and of the runtime's. */
export const WORKER = /^worker-.*\.js$/;
export const RUNTIME = /^web-worker-.*\.js$/;

/** Code by the scripts that it is put before, in a block of its own. */
export type Changes = readonly (readonly [code: string, scripts: RegExp])[];

/** Changes scripts of the served page while something is done. */
export async function whileChanged<T>({ folder }: BuiltPage, changes: Changes, act: () => Promise<T>): Promise<T> {
  const assets = join(folder, 'assets');
  const before = new Map<string, string>();
  for (const [code, scripts] of changes)
    for (const name of readdirSync(assets).filter((one) => scripts.test(one))) {
      const path = join(assets, name);
      const script = readFileSync(path, 'utf8');
      before.set(path, script);
      writeFileSync(path, `{${code}}\n${script}`);
    }
  if (before.size !== changes.length) throw new Error('a script to change is missing');
  try {
    return await act();
  } finally {
    for (const [path, script] of before) writeFileSync(path, script);
  }
}
