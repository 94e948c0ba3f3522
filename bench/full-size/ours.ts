// The contestant of bench/full-size.ts: one gradient of the diffusion attack at 512x512, and where its time is spent.
import { DiffusionObjective, seededDraws } from 'photoguard/attacks';
import { loadPipeline } from 'photoguard/models/node';
import { openRuntime } from 'photoguard/runtime/node';

const [folder, stepsGiven, memory] = process.argv.slice(2) as [string, string, string];
const size = { width: 512, height: 512 };
const steps = Number(stepsGiven);
const length = 3 * size.width * size.height;
const pipeline = await loadPipeline(folder);
const runtime = await openRuntime({ device: 'cpu' });
const objective = new DiffusionObjective({
  ...{ ref: 'sd15', pipeline, size, runtime, memory: Number(memory) },
  edit: { strength: 1, guidance: 7.5, steps },
  draws: seededDraws({ prompts: ['a photo of a person in prison'], count: 1, seed: 0, fixed: true }),
  target: new Float32Array(length),
});
const { bytes: plannedBytes, oneAtATime } = objective.plan;
console.error(`planned ${(plannedBytes / 1e9).toFixed(2)} GB${oneAtATime ? ', one program at a time' : ''}`);
const image = {
  ...size,
  channels: 3 as const,
  data: Float32Array.from({ length }, (_, i) => 0.5 + 0.4 * Math.sin(i * 0.37)),
};
const began = performance.now();
const { loss, gradient } = await objective.evaluate(image, 0);
const seconds = (performance.now() - began) / 1000;
const finite = gradient.every(Number.isFinite) && gradient.some((g) => g !== 0);
console.log(JSON.stringify({ seconds, loss, finite, plannedBytes, oneAtATime }));
await runtime.close();
