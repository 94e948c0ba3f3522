// How a page's runtime starts, with workers that fail. With one that works it is tested in Chromium (tests/browser).
import { describe, expect, it, vi } from 'vitest';
import { openRuntime } from './web.ts';

type Listener = (event: object) => void;

/** A worker that does to its messages what it is told, and says whether it was ended. */
function fakeWorker(onMessage: (message: object, emit: (type: string, event: object) => void) => void) {
  const listeners = new Map<string, Listener>();
  const terminate = vi.fn();
  const worker = {
    addEventListener: (type: string, listener: Listener) => void listeners.set(type, listener),
    postMessage: (message: object) => onMessage(message, (type, event) => listeners.get(type)?.(event)),
    terminate,
  };
  return { terminate, createWorker: () => worker as unknown as Worker };
}

describe('a runtime in a page', () => {
  it('that never starts fails after its time, and says what to set', async () => {
    const { terminate, createWorker } = fakeWorker(() => {});
    await expect(openRuntime({ device: 'wasm', createWorker, startSeconds: 0.05 })).rejects.toMatchObject({
      code: 'device',
      message: expect.stringMatching(/did not start within 0\.05 s; .*Vite: worker: \{ format: 'es' \}.*startSeconds/),
    });
    expect(terminate).toHaveBeenCalledOnce();
  });

  it('whose script cannot be loaded fails at once', async () => {
    const { terminate, createWorker } = fakeWorker((_, emit) => emit('error', { message: 'SyntaxError' }));
    await expect(openRuntime({ device: 'wasm', createWorker })).rejects.toMatchObject({
      code: 'device',
      message: expect.stringMatching(/the worker that runs the model failed \(got SyntaxError\)/),
    });
    expect(terminate).toHaveBeenCalledOnce();
  });

  it('that answers is open, and no timer is left', async () => {
    vi.useFakeTimers();
    const { terminate, createWorker } = fakeWorker((message, emit) => {
      if ('id' in message) queueMicrotask(() => emit('message', { data: { id: message.id, answer: { program: 1 } } }));
    });
    const runtime = await openRuntime({ device: 'wasm', createWorker });
    expect([runtime.device, vi.getTimerCount(), terminate.mock.calls.length]).toEqual(['wasm', 0, 0]);
    await runtime.close();
    expect(terminate).toHaveBeenCalledOnce();
    vi.useRealTimers();
  });
});
