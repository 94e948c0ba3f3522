// The contestant of bench/diffusion.ts: a gradient of the diffusion attack, or an edit, for each line on standard input.
import { createInterface } from 'node:readline';
import { DiffusionObjective, seededDraws } from 'photoguard/attacks';
import { Editor, seededNoise } from 'photoguard/editing';
import type { Image01, Mask } from 'photoguard/image';
import { loadPipeline } from 'photoguard/models/node';
import { openRuntime } from 'photoguard/runtime/node';

const [task, folder, side, stepsGiven] = process.argv.slice(2) as [string, string, string, string];
const size = { width: Number(side), height: Number(side) };
const steps = Number(stepsGiven);
const length = size.width * size.height;
const image: Image01 = {
  ...size,
  channels: 3,
  data: Float32Array.from({ length: 3 * length }, (_, i) => 0.5 + 0.4 * Math.sin(i * 0.37)),
};
// The middle is kept.
const isKept = (x: number): boolean => x >= size.width / 4 && x < (3 * size.width) / 4;
const mask: Mask = {
  ...size,
  data: Uint8Array.from({ length }, (_, i) => (isKept(i % size.width) && isKept(Math.floor(i / size.width)) ? 0 : 1)),
};
const pipeline = await loadPipeline(folder);
const runtime = await openRuntime({ device: 'cpu' });
const edit = { mask, strength: 1, guidance: 7.5, steps, scheduler: 'DDIMScheduler' };
const prompt = 'a photo of a red rose';

const objective = new DiffusionObjective({
  ...{ ref: 'lab', pipeline, size, runtime, edit },
  draws: seededDraws({ prompts: [prompt], count: 1, seed: 0, fixed: true }),
  target: new Float32Array(3 * length),
});
const editor = new Editor(pipeline, size, runtime);

for await (const _ of createInterface({ input: process.stdin })) {
  const began = performance.now();
  if (task === 'gradient') await objective.evaluate(image, 0);
  else await editor.edit(await editor.prepare({ ...edit, prompt, noise: seededNoise(0) }), image);
  console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000, plannedBytes: objective.plan.bytes }));
}
await runtime.close();
