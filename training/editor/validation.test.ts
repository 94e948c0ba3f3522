import type { Program, Tensors } from 'photoguard/runtime';
import { describe, expect, it } from 'vitest';
import { validate } from './validation.ts';

const NETWORK = { timeWidth: 4, timeFeatures: (timestep: number) => new Float32Array(4).fill(timestep) };

// Two rows of 2x2 latents; the target is 1 in the hole and 3 elsewhere; one position of the first row is masked.
const batch = (kind: 'masked' | 'whole') => ({
  kind,
  sample: new Float32Array(2 * 9 * 4),
  timestep: Int32Array.of(5, 900),
  ids: new Int32Array(2 * 3),
  mask: Float32Array.of(1, 0, 0, 0, 0, 0, 0, 1),
  target: Float32Array.from({ length: 2 * 4 * 4 }, (_, i) => {
    const [row, position] = [Math.floor(i / 16), i % 4];
    return (row === 0 && position === 0) || (row === 1 && position === 3) ? 1 : 3;
  }),
});

describe('validate', () => {
  it('tells the hole from the known region and whole pictures, each position once', async () => {
    const losses = await validate(undefined, [batch('masked'), batch('whole')], NETWORK, 2);
    expect(losses).toEqual({ hole: 1, known: 9, whole: (2 * 1 + 6 * 9) / 8 });
  });

  it('fills short batches up and counts what they hold', async () => {
    const seen: Tensors[] = [];
    const program = {
      run: async (feeds: Tensors) => {
        seen.push(feeds);
        return { prediction: new Float32Array(3 * 16).fill(1) };
      },
    } as unknown as Program;
    const losses = await validate(program, [batch('masked')], NETWORK, 3);
    expect(losses.hole).toBe(0);
    expect(losses.known).toBe(4);
    expect(seen[0]!.sample!.length).toBe(3 * 9 * 4);
    expect(seen[0]!.time!.length).toBe(3 * 4);
  });
});
