// What browsers do to pages, for tests: code that is put before the page's own scripts, in its workers too.
import type { BrowserContext, Route } from 'playwright-core';

/** A private window: nothing can be kept. */
export const PRIVATE = `
  Object.defineProperty(globalThis, 'caches', { value: undefined });
  Object.defineProperty(globalThis, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } });
`;

/** A full disk. */
export const FULL = `
  if (globalThis.Cache) Cache.prototype.put = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
`;

/** Protection against fingerprinting: what is read back from a canvas is altered. */
export const NOISY_CANVAS = `
  for (const context of [globalThis.CanvasRenderingContext2D, globalThis.OffscreenCanvasRenderingContext2D].filter(Boolean)) {
    const read = context.prototype.getImageData;
    context.prototype.getImageData = function (...args) {
      const image = read.apply(this, args);
      for (let i = 0; i < image.data.length; i += 3) image.data[i] ^= 1;
      return image;
    };
  }
  if (globalThis.createImageBitmap) createImageBitmap = () => Promise.reject(new DOMException('blocked', 'SecurityError'));
`;

/** The second program that is loaded finds no memory. */
export const NO_MEMORY = `
  {
    const answer = globalThis.postMessage.bind(globalThis);
    globalThis.postMessage = (message, transfer) =>
      answer(message.answer?.program === 2 ? { id: message.id, error: 'failed to allocate: std::bad_alloc' } : message, transfer);
  }
`;

/** Puts code before all scripts of a page whose name matches. @param times how often; default: always */
export async function prepend(context: BrowserContext, code: string, name = /\.js$/, times = Number.POSITIVE_INFINITY) {
  let left = times;
  await context.route(name, async (route: Route) => {
    const response = await route.fetch();
    const body = left-- > 0 ? `${code};\n${await response.text()}` : await response.text();
    await route.fulfill({ response, body });
  });
}
