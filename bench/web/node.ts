// The contestant in Node of bench/web.ts: a gradient for each line on standard input.
import { createInterface } from 'node:readline';
import { loadSurrogates, resolveModel } from 'photoguard/models/node';
import { openRuntime } from 'photoguard/runtime/node';
import { timeGradients } from './gradients.ts';

const [network, side] = process.argv.slice(2) as [string, string];
const runtime = await openRuntime({ device: 'cpu', threads: 2 });
let measure: (() => Promise<number>) | undefined;

for await (const line of createInterface({ input: process.stdin })) {
  if ((JSON.parse(line) as { ready?: boolean }).ready) {
    console.log(JSON.stringify({ ready: true }));
    continue;
  }
  if (!measure) {
    const [loaded] = await loadSurrogates((await resolveModel(`surrogates/${network}`)).folder);
    measure = timeGradients(runtime, loaded!.surrogate, Number(side));
  }
  console.log(JSON.stringify({ seconds: await measure() }));
}
await runtime.close();
