// The diffusion attack at full size: the architecture of Stable Diffusion 1.5 (860 M parameters in its UNet) with
// random float16 weights, 512x512, guidance on, all steps differentiated, within a budget. Compared with PyTorch
// through one step.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChild } from '../tests/support/child.ts';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';
import { benchPython } from './support/python.ts';

/** For the list of benches. */
export const about =
  'one gradient of the diffusion attack on the Stable Diffusion 1.5 architecture at 512x512 (writes 2 GB; half an hour)';

const here = fileURLToPath(new URL('.', import.meta.url));
const PEER = join(here, 'full-size/peer.py');
const OURS = join(here, 'full-size/ours.ts');
const TOKENIZER = join(here, '../tests/fixtures/golden/checkpoints/tiny-sd-inpaint/tokenizer');
const STEPS = 4;
/** Goal of the resident memory, in bytes, and the part that programs may take. */
const GOAL = 16e9;
const PROGRAMS = 13.8e9;

/** Runs the bench. */
export async function bench(context: BenchContext): Promise<BenchRow[]> {
  const python = await benchPython(context);
  const folder = written(context, python);
  context.log(`a gradient through ${STEPS} steps here`);
  const ours = await measured(process.execPath, ['--conditions=source', OURS, folder, String(STEPS), String(PROGRAMS)]);
  const rows = [
    row(`a gradient through ${STEPS} steps, s`, ours.seconds),
    row(`a gradient through ${STEPS} steps, s a step`, ours.seconds / STEPS),
    row(`a gradient through ${STEPS} steps, peak GB of all processes`, ours.bytes / 1e9, {
      goal: { atMost: GOAL / 1e9 },
    }),
  ];
  context.log('a gradient through 1 step in PyTorch');
  try {
    const peer = await measured(python, [PEER, 'gradient', folder, '1']);
    rows.push(row('PyTorch, a gradient through 1 step, s', peer.seconds));
    rows.push(row('PyTorch, a gradient through 1 step, peak GB', peer.bytes / 1e9));
  } catch (error) {
    context.log(`PyTorch did not finish: ${error instanceof Error ? error.message : error}`);
  }
  return rows;
}

async function measured(command: string, args: readonly string[]): Promise<{ seconds: number; bytes: number }> {
  const { stdout, peakBytes = 0 } = await runChild(command, args);
  const { seconds, finite = true } = JSON.parse(stdout.trim().split('\n').at(-1)!) as {
    seconds: number;
    finite?: boolean;
  };
  if (!finite) throw new Error('the gradient is zero or not finite');
  return { seconds, bytes: peakBytes };
}

// The parts that diffusers writes, an index, and the tokenizer of the tests' pipeline (any would work).
function written({ cache, log }: BenchContext, python: string): string {
  const folder = join(cache, 'sd15-random');
  const index = join(folder, 'model_index.json');
  if (existsSync(index)) return folder;
  log('writing random weights of Stable Diffusion 1.5');
  execFileSync(python, [PEER, 'write', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  cpSync(TOKENIZER, join(folder, 'tokenizer'), { recursive: true });
  const parts = {
    vae: ['diffusers', 'AutoencoderKL'],
    unet: ['diffusers', 'UNet2DConditionModel'],
    text_encoder: ['transformers', 'CLIPTextModel'],
    tokenizer: ['transformers', 'CLIPTokenizer'],
    scheduler: ['diffusers', 'DDIMScheduler'],
  };
  writeFileSync(index, JSON.stringify({ _class_name: 'StableDiffusionPipeline', ...parts }));
  return folder;
}
