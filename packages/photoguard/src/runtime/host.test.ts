// A host whose device is gone: ONNX Runtime may wait for it forever.
import { expect, it } from 'vitest';
import { type Engine, serve } from './host.ts';
import type { Reply } from './protocol.ts';

it('answers what waits for a device that is lost, and runs after it; another session may have another device', async () => {
  const { promise: lost, reject } = Promise.withResolvers<never>();
  lost.catch(() => undefined);
  const session = { outputNames: [], run: () => new Promise(() => undefined), release: async () => undefined };
  const engine = { create: async () => session, fillsOutputs: false, peakBytes: () => undefined, lost: () => lost };
  const replies: Reply[] = [];
  const { promise: all, resolve } = Promise.withResolvers<void>();
  const handle = serve(engine as unknown as Engine, (reply) => {
    if (replies.push(reply) === 4) resolve();
  });
  handle({ id: 1, request: { type: 'load', model: new Uint8Array(), device: 'webgpu', threads: 1 } });
  handle({ id: 2, request: { type: 'run', program: 1, feeds: {}, ports: [] } });
  handle({ id: 3, request: { type: 'run', program: 1, feeds: {}, ports: [] } });
  handle({ id: 4, request: { type: 'load', model: new Uint8Array(), device: 'webgpu', threads: 1 } });
  await expect.poll(() => replies.length).toBe(1);
  reject(new Error('the graphics card was lost'));
  await all;
  const error = 'the graphics card was lost';
  expect(replies).toEqual([
    { id: 1, answer: { program: 1 } },
    { id: 2, error },
    { id: 3, error },
    { id: 4, answer: { program: 2 } },
  ]);
});
