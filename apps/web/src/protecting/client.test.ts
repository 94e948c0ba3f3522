// Asking a worker, with one that takes only what can be sent.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WorkClient, WorkError } from './client.ts';

class EchoWorker extends EventTarget {
  postMessage(message: { id: number; ask?: unknown }): void {
    const { id } = structuredClone(message); // as a page does it: throws for what cannot be sent
    queueMicrotask(() => this.dispatchEvent(new MessageEvent('message', { data: { id, answer: { done: true } } })));
  }
  terminate(): void {}
}

beforeEach(() => vi.stubGlobal('Worker', EchoWorker));
afterEach(() => vi.unstubAllGlobals());

it('what cannot be sent fails at once, and the next question is answered', async () => {
  const client = new WorkClient();
  const file = new Blob([]);
  const unsendable = { kind: 'protect', file, settings: (() => {}) as never } as const;
  await expect(client.ask(unsendable)).rejects.toThrow(WorkError);
  await expect(client.ask(unsendable)).rejects.toThrow('the worker cannot be asked');
  expect(await client.ask({ kind: 'protect', file })).toEqual({ done: true });
});
