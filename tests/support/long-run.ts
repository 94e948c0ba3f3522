// Runs a graph for half a minute in a runtime of its own, in a process that a test can kill. Says when the run has begun.
// A signal ends it with status 0 a second later, and with 1 if the run has failed by then.
//   node --conditions=source tests/support/long-run.ts
import { setTimeout as wait } from 'node:timers/promises';
import { GraphBuilder } from 'onnx-grad';
import { openRuntime } from 'photoguard/runtime/node';

const SIDE = 2048;
const g = new GraphBuilder();
let x = g.input('x', 'float32', [SIDE, SIDE]);
for (let i = 0; i < 80; i++) x = g.op('MatMul', [x, x]);
g.output('y', x);

const runtime = await openRuntime({ device: 'cpu', threads: 1 });
const program = await runtime.load(g.build());
const running = program.run({ x: new Float32Array(SIDE * SIDE) });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, async () => {
    await wait(1000);
    process.exit(0);
  });
console.log('running');
await running.catch(() => process.exit(1));
await runtime.close();
