// The process that owns the sessions in Node. It is started with its parent's id, the device and the threads, and ends
// with its parent.
import { Worker } from 'node:worker_threads';
import type { Engine } from '../host.ts';
import { serve } from '../host.ts';
import type { Envelope } from '../protocol.ts';
import { wasmBuild } from './builds.ts';

const [parent, device, threads] = process.argv.slice(2);

// A run blocks this thread until it is done, so another thread watches the parent.
const watch = new URL(import.meta.url.endsWith('.ts') ? './watch-parent.ts' : './watch-parent.js', import.meta.url);
new Worker(watch, { workerData: Number(parent), resourceLimits: { maxOldGenerationSizeMb: 16 } }).unref();

async function openEngine(): Promise<Engine> {
  const ort = device === 'wasm' ? await wasmBuild(Number(threads)) : await import('onnxruntime-node');
  return {
    create: (model, options) => ort.InferenceSession.create(model, options),
    Tensor: ort.Tensor,
    fillsOutputs: device !== 'wasm',
    peakBytes: () => process.resourceUsage().maxRSS * 1024,
  };
}

const opened = openEngine().then((engine) => serve(engine, (reply) => process.send?.(reply)));
process.on('message', (message) => {
  const envelope = message as Envelope;
  opened.then(
    (handle) => handle(envelope),
    (error: unknown) => process.send?.({ id: envelope.id, error: `ONNX Runtime did not start: ${error}` }),
  );
});
process.on('disconnect', () => process.exit(0));
// These signals reach the whole process group (Ctrl-C, a closed terminal): the parent decides when to stop.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
