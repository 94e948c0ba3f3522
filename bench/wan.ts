// One gradient of the encoder attack on Wan 2.1's autoencoder at its full size, which Qwen-Image's has too: random float16
// weights of its architecture, 512x512, as it is planned by default and with the least memory. Beside nothing: what is asked
// is whether it runs on an ordinary machine.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GraphBuilder, type Shape } from 'onnx-grad';
import { buildAutoencoder, type TensorStore, writeSafetensors } from 'photoguard/models';
import { startChild } from '../tests/support/child.ts';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';

/** For the list of benches. */
export const about =
  "a gradient of the encoder attack on Wan 2.1's autoencoder at 512x512: time and memory (five minutes)";

const OURS = fileURLToPath(new URL('./encoder/ours.ts', import.meta.url));
const SIDE = 512;
const ROUNDS = 2;
/** Goal of the resident memory of all processes. */
const GOAL = 16e9;

/** Runs the bench. */
export async function bench(context: BenchContext): Promise<BenchRow[]> {
  const folder = randomWan(context);
  const rows: BenchRow[] = [];
  for (const plan of ['default', 'least']) {
    context.log(`Wan 2.1 at ${SIDE}x${SIDE}, ${plan} plan`);
    const child = startChild(process.execPath, ['--conditions=source', OURS, folder, String(SIDE), plan]);
    const times: number[] = [];
    for (let i = 0; i < ROUNDS; i++) times.push(((await child.ask({})) as { seconds: number }).seconds);
    const { peakBytes = 0 } = await child.end();
    const name = `Wan 2.1, ${SIDE}x${SIDE}, ${plan} plan`;
    rows.push(row(`${name}: best time of a gradient, s`, Math.min(...times)));
    rows.push(row(`${name}: peak memory of all processes, GB`, peakBytes / 1e9, { goal: { atMost: GOAL / 1e9 } }));
  }
  return rows;
}

// Weights by the names and shapes that the encoder asks for, of a size that keeps values of order 1.
function randomWan({ cache, log }: BenchContext): string {
  const folder = join(cache, 'wan21-random');
  const file = join(folder, 'diffusion_pytorch_model.safetensors');
  if (existsSync(file)) return folder;
  log("writing random weights of Wan 2.1's encoder");
  const config = { _class_name: 'AutoencoderKLWan' };
  const shapes = new Map<string, Shape>();
  const store: TensorStore = {
    label: 'Wan 2.1',
    get: (name, shape = [0]) => {
      if (shape.length > 1 || shape[0] !== 0) shapes.set(name, shape);
      return { dtype: 'float32', shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) };
    },
  };
  const g = new GraphBuilder('names');
  buildAutoencoder(config, store).encode(g, g.input('image', 'float32', [1, 3, 64, 64]));
  mkdirSync(folder, { recursive: true });
  const tensors = [...shapes].map(([name, shape]) => [name, { shape, data: weightsOf(shape) }] as const);
  writeFileSync(file, writeSafetensors(new Map(tensors), { dtype: 'F16' }));
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  return folder;
}

function weightsOf(shape: Shape): Float32Array {
  const count = shape.reduce((a, b) => a * b, 1);
  const spread = 2 * Math.sqrt((3 * shape[0]!) / count); // a variance of 1 / fan-in
  let state = count;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * spread;
  });
}
