import { describe, expect, it } from 'vitest';
import { schedulerFromConfig } from '../schedulers/index.ts';
import { seededNoise } from './noise.ts';
import { splitMask } from './repaint.ts';
import { advance, makeStart, modelInput, type Path, pullBack, pullBackStart } from './trajectory.ts';

const LENGTH = 8;
const noise = seededNoise(3);

function makePath(
  scheduler: string,
  { blend, strength = 0.6 }: { blend?: Float32Array; strength?: number } = {},
): Path {
  const config = { beta_schedule: 'scaled_linear', clip_sample: false, steps_offset: 1 };
  return {
    schedule: schedulerFromConfig(config, scheduler).schedule({ steps: 5, strength, eta: 1 }),
    fromNoise: strength === 1,
    blend,
    initialNoise: noise.initial(LENGTH),
    stepNoise: (k) => noise.step(k, LENGTH),
  };
}

// A model whose prediction is not linear, and its derivative.
const predict = (x: Float32Array): Float32Array => x.map((v) => Math.sin(v));
const slope = (x: Float32Array): Float32Array => x.map((v) => Math.cos(v));

function runPath(path: Path, latent: Float32Array) {
  const states = [makeStart(path, latent)];
  const predictions = path.schedule.steps.map((_, k) => {
    const prediction = predict(modelInput(path, k, states[k]!));
    states.push(advance(path, k, states[k]!, prediction, latent));
    return prediction;
  });
  return { states, predictions };
}

function computeGradient(path: Path, latent: Float32Array, cotangent: Float32Array): Float32Array {
  const { states, predictions } = runPath(path, latent);
  const ofLatent = new Float64Array(LENGTH);
  let pulled = [cotangent, ...states[0]!.slice(1).map(() => new Float32Array(LENGTH))];
  for (let k = path.schedule.steps.length - 1; k >= 0; k--) {
    const back = pullBack(path, k, pulled, { state: states[k]!, prediction: predictions[k]! });
    const through = slope(modelInput(path, k, states[k]!));
    back.state[0] = back.state[0]!.map(
      (c, i) => c + path.schedule.steps[k]!.inputScale * through[i]! * back.prediction[i]!,
    );
    back.latent?.forEach((c, i) => {
      ofLatent[i]! += c;
    });
    pulled = back.state;
  }
  pullBackStart(path, pulled[0]!).forEach((c, i) => {
    ofLatent[i]! += c;
  });
  return Float32Array.from(ofLatent);
}

describe('cotangents along a path', () => {
  const blend = Float32Array.from({ length: LENGTH }, (_, i) => i % 2);
  it.each([
    ['DDIMScheduler', {}],
    ['DDIMScheduler', { blend }],
    ['DDIMScheduler', { blend, strength: 1 }],
    ['EulerDiscreteScheduler', { blend }],
    ['DPMSolverMultistepScheduler', {}],
    ['UniPCMultistepScheduler', {}],
    ['EulerAncestralDiscreteScheduler', {}],
    ['LCMScheduler', {}],
  ])('%s %j: are those of differences', (scheduler, options) => {
    const path = makePath(scheduler, options);
    const latent = Float32Array.from({ length: LENGTH }, (_, i) => Math.sin(i + 1));
    const cotangent = Float32Array.from({ length: LENGTH }, (_, i) => Math.cos(2 * i));
    const gradient = computeGradient(path, latent, cotangent);
    const along = (h: number): number => {
      const moved = latent.map((v, i) => v + h * gradient[i]!);
      const end = runPath(path, moved).states.at(-1)![0]!;
      return end.reduce((sum, v, i) => sum + v * cotangent[i]!, 0);
    };
    const square = gradient.reduce((sum, v) => sum + v * v, 0);
    const h = 1e-2 / Math.sqrt(square);
    expect((along(h) - along(-h)) / (2 * h)).toBeCloseTo(square, square > 100 ? 0 : 1);
    expect(square).toBeGreaterThan(0);
  });
});

describe('noise by seed', () => {
  it('is the same for the same seed, and differs by draw, step and seed', () => {
    const draws = (seed: number) => {
      const { posterior, posteriorMasked, initial, step } = seededNoise(seed);
      return [posterior(64), posteriorMasked(64), initial(64), step(0, 64), step(1, 64)];
    };
    expect(draws(7)).toEqual(draws(7));
    const all = [...draws(7), ...draws(8)].map(String);
    expect(new Set(all).size).toBe(all.length);
  });

  it('is standard normal', () => {
    const values = seededNoise(1).initial(40_000);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(variance - 1)).toBeLessThan(0.03);
  });
});

describe('a mask', () => {
  it('is that of the first pixel at each latent position, and hides what is repainted', () => {
    const mask = { width: 4, height: 2, data: Uint8Array.of(1, 0, 0, 1, 0, 0, 1, 1) };
    expect(splitMask(mask, 2)).toEqual({
      seen: Float32Array.of(0, 1, 1, 0, 1, 1, 0, 0),
      latent: Float32Array.of(1, 0),
    });
  });
});
