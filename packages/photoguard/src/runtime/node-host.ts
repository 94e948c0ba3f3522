// The process that holds the sessions in Node: started by index.ts with the device and the threads, ends with its parent.
import type { Engine } from './host.ts';
import { serve } from './host.ts';
import { wasmBuild } from './node-builds.ts';
import type { Envelope } from './protocol.ts';

const [device, threads] = process.argv.slice(2);

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
// Ctrl-C, and a terminal that is closed, reach the whole group: the parent decides when to stop.
for (const name of ['SIGINT', 'SIGHUP']) process.on(name, () => undefined);
