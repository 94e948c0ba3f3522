// The contestant of bench/training.ts: an optimiser step for each line on standard input.
import { createInterface } from 'node:readline';
import { sizeOf } from 'onnx-grad';
import { Random, streamTable } from 'photoguard/random';
import { openRuntime } from 'photoguard/runtime/node';
import { Trainer } from 'photoguard/training';
import { fromSeed, newEditor, textConfig, unetConfig } from '../../training/editor/architecture.ts';
import { lossGraph } from '../../training/editor/graphs.ts';
import { OPTIMISER } from '../../training/editor/training.ts';

const STREAMS = streamTable({ input: [0, 100] });
const [SIZE, SIDE, TOKENS, VOCABULARY] = [32, 16, 32, 649];
const editor = newEditor({ unet: unetConfig(SIDE), text: textConfig(VOCABULARY, TOKENS) }, fromSeed(0));
const loss = lossGraph(editor, SIZE, SIDE);
const parameters = new Map([...editor.unetParameters.tensors(), ...editor.textParameters.tensors()]);
const runtime = await openRuntime({ device: 'cpu' });
const trainer = await Trainer.open({ ...{ runtime, loss, parameters }, ...OPTIMISER });
const feeds = Object.fromEntries(
  loss.inputs.map(({ name, dtype, shape }, stream) => [
    name,
    dtype === 'int64'
      ? BigInt64Array.from({ length: sizeOf(shape) }, (_, i) => BigInt(i % VOCABULARY))
      : new Random(0, STREAMS.input(stream)).normal(sizeOf(shape)),
  ]),
);

let step = 0;
for await (const _ of createInterface({ input: process.stdin })) {
  const began = performance.now();
  const { loss: value } = await trainer.step(++step, 1e-4, [feeds]);
  console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000, loss: value }));
}
await runtime.close();
