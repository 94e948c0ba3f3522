import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyStep, pullBackStep, SCHEDULERS, schedulerFromConfig } from './index.ts';

const CONFIG = { beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear', steps_offset: 1 };
const of = (name: string, more: Record<string, unknown> = {}) =>
  schedulerFromConfig({ ...CONFIG, ...more }, SCHEDULERS[name]);

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const vector = fc.float32Array({ minLength: 3, maxLength: 3, noNaN: true, min: -2, max: 2 });

describe('every scheduler', () => {
  for (const name of Object.keys(SCHEDULERS))
    for (const type of ['epsilon', 'v_prediction'])
      it(`${name}, ${type}: cotangents go back through the transpose of each step`, () => {
        const { steps, stateSize } = of(name, { prediction_type: type }).schedule({ steps: 6, eta: 0.5 });
        const vectors = fc.array(vector, { minLength: stateSize, maxLength: stateSize });
        fc.assert(
          fc.property(fc.nat(steps.length - 1), vectors, vectors, vector, (k, state, cotangents, output) => {
            const step = steps[k]!;
            const forward = applyStep(step, state, output);
            const back = pullBackStep(step, cotangents);
            const left = forward.reduce((sum, v, i) => sum + dot(v, cotangents[i]!), 0);
            const right = back.state.reduce((sum, v, i) => sum + dot(v, state[i]!), dot(back.output, output));
            expect(right).toBeCloseTo(left, 2);
          }),
          { numRuns: 30 },
        );
      });

  it('runs down to the clean latent', () => {
    for (const name of Object.keys(SCHEDULERS)) {
      const { timesteps, steps } = of(name).schedule({ steps: 8 });
      expect(steps.length, name).toBe(timesteps.length);
      for (const [i, t] of timesteps.entries()) expect(t, name).toBeLessThanOrEqual(timesteps[i - 1] ?? 1000);
    }
  });
});

describe('strength', () => {
  const count = (steps: number, strength: number): number => of('ddim').schedule({ steps, strength }).steps.length;

  it('takes a share of the steps, truncated as Python truncates floats', () => {
    expect([count(50, 0.58), count(100, 0.29), count(50, 1), count(10, 0.05), count(10, 0)]).toEqual([
      28, 28, 50, 0, 0,
    ]);
  });

  it('outside 0 to 1 is refused', () => {
    for (const strength of [-0.1, 1.1, Number.NaN]) expect(() => count(10, strength)).toThrow(/strength/);
  });
});

describe('a configuration', () => {
  it('with zero terminal SNR leaves nothing of the latent at the last timestep', () => {
    const { noised } = of('ddim', { rescale_betas_zero_snr: true, timestep_spacing: 'trailing' }).schedule({
      steps: 4,
    });
    expect(noised(0)[0]).toBeCloseTo(0, 3);
    expect(noised(0)[1]).toBeCloseTo(1, 5);
  });

  it('that asks for what is not built is an error, not a difference', () => {
    expect(() => of('ddim', { thresholding: true })).toThrow(/thresholding/);
    expect(() => of('euler', { use_beta_sigmas: true })).toThrow(/use_beta_sigmas/);
    expect(() => of('ddim', { prediction_type: 'flow' })).toThrow(/prediction_type/);
    expect(() => of('ddim', { num_train_timesteps: -1 })).toThrow(/num_train_timesteps/);
    expect(() => schedulerFromConfig({ _class_name: 'HeunDiscreteScheduler' })).toThrow(/not known.*Heun/s);
    expect(() => schedulerFromConfig('x', 'DDIMScheduler')).toThrow(/object/);
  });

  it('that clips says so, and stays within the range', () => {
    const [step] = of('ddim', { clip_sample: true, clip_sample_range: 0.5 }).schedule({ steps: 1 }).steps;
    const [latent] = applyStep(step!, [Float32Array.of(100)], Float32Array.of(0));
    expect(step!.clipped?.range).toBe(0.5);
    expect(Math.abs(latent![0]!)).toBeLessThanOrEqual(0.5);
  });

  it('and a number of steps that cannot be are refused', () => {
    for (const steps of [0, 1.5, 2000]) expect(() => of('ddim').schedule({ steps })).toThrow(/steps/);
  });
});
