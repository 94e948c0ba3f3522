// A training's checkpoint: one .safetensors file with every state in float32 and the number of steps done. It appears
// whole or not at all, so if the process is killed, the previous one stays; it also stays if states are not finite,
// since no training could continue with them.
import { PhotoGuardError } from '../errors.ts';
import { writeWhole } from '../image/node/index.ts';
import { writeSafetensors } from '../models/index.ts';
import { openCheckpoint } from '../models/node/index.ts';
import type { FirstTensor } from './parameters.ts';
import type { TrainerState } from './trainer.ts';

/** The tensor that holds the number of steps done: exact in float32 up to 16 million. */
const STEPS = 'steps';

/**
 * Writes a checkpoint.
 * @throws PhotoGuardError `no-space`, `unwritable`, or `model` for states that are not finite; then the previous file
 *   stays
 */
export async function saveTraining(
  path: string,
  steps: number,
  states: TrainerState,
  parameters: ReadonlyMap<string, FirstTensor>,
): Promise<void> {
  requireFinite(states, path);
  const tensors = Object.entries(states).map(([name, data]): [string, FirstTensor] => {
    const { shape } = parameters.get(name.slice(name.indexOf('.') + 1))!;
    return [name, { shape, data }];
  });
  tensors.push([STEPS, { shape: [1], data: Float32Array.of(steps) }]);
  await writeWhole(path, writeSafetensors(new Map(tensors)));
}

/**
 * Checks states.
 * @throws PhotoGuardError `model` if one has a value that is not finite: then `path` must not be replaced
 */
export function requireFinite(states: TrainerState, path: string): void {
  for (const [name, data] of Object.entries(states)) {
    const value = data.find((x) => !Number.isFinite(x));
    if (value === undefined) continue;
    throw new PhotoGuardError('model', `${path} is left as it was: ${name} has a value that is not finite`, {
      got: String(value),
      hint: 'resume from it with a lower learning rate',
    });
  }
}

/** Reads a checkpoint. @throws PhotoGuardError `checkpoint` if the file is damaged or not one of a training */
export async function loadTraining(path: string): Promise<{ steps: number; states: TrainerState }> {
  const checkpoint = await openCheckpoint(path);
  const steps = (await checkpoint.readTensor(STEPS))[0]!;
  const states: Record<string, Float32Array> = {};
  for (const name of checkpoint.names()) if (name !== STEPS) states[name] = await checkpoint.readTensor(name);
  return { steps, states };
}
