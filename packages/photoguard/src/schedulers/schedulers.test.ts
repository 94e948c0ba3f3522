import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyStep, predictedOriginal, pullBackStep, SCHEDULERS, schedulerFromConfig } from './index.ts';

const CONFIG = {
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  steps_offset: 1,
  clip_sample: false,
};
const of = (name: string, more: Record<string, unknown> = {}) =>
  schedulerFromConfig({ ...CONFIG, ...more }, SCHEDULERS[name]);

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const vector = fc.float32Array({ minLength: 3, maxLength: 3, noNaN: true, min: -2, max: 2 });

const NAMES = Object.keys(SCHEDULERS);
const listTypes = (name: string): string[] =>
  name === 'pndm' ? ['epsilon', 'v_prediction'] : ['epsilon', 'v_prediction', 'sample'];

describe('every scheduler', () => {
  for (const name of NAMES)
    for (const type of listTypes(name))
      it(`${name}, ${type}: cotangents go back through the transpose of each step`, () => {
        const { steps, stateSize } = of(name, { prediction_type: type }).schedule({ steps: 6, eta: 0.5 });
        const vectors = fc.array(vector, { minLength: stateSize, maxLength: stateSize });
        const zero = new Float32Array(3);
        fc.assert(
          fc.property(fc.nat(steps.length - 1), vectors, vectors, vector, (k, state, cotangents, output) => {
            const step = steps[k]!;
            const forward = applyStep(step, state, output, zero);
            const back = pullBackStep(step, cotangents);
            const left = forward.reduce((sum, v, i) => sum + dot(v, cotangents[i]!), 0);
            const right = back.state.reduce((sum, v, i) => sum + dot(v, state[i]!), dot(back.output, output));
            expect(right).toBeCloseTo(left, 2);
          }),
          { numRuns: 30 },
        );
      });

  it.each(NAMES)('%s: zero terminal SNR gives finite steps that begin near pure noise', (name) => {
    const json = { rescale_betas_zero_snr: true, timestep_spacing: 'trailing', prediction_type: 'v_prediction' };
    const { steps, noised } = of(name, json).schedule({ steps: 5 });
    expect(steps.flatMap((step) => step.matrix.flat()).every(Number.isFinite)).toBe(true);
    const [a, b] = noised(0);
    if (name !== 'pndm') expect(a / b).toBeLessThan(0.01); // diffusers' PNDM has no such table
  });

  it.each(NAMES)('%s: strength 0 runs no step, 1 all of them; after the last nothing is noised', (name) => {
    const { schedule } = of(name);
    expect(schedule({ steps: 6, strength: 0 }).steps.length).toBe(name === 'pndm' ? 1 : 0); // one timestep is twice in PNDM
    const { steps, timesteps, noised } = schedule({ steps: 6, strength: 1 });
    expect(steps.length).toBe(timesteps.length);
    expect(noised(timesteps.length)).toEqual([1, 0]);
  });

  it.each(NAMES)('%s: a step that needs noise does not go without', (name) => {
    const { steps, stateSize } = of(name).schedule({ steps: 4, eta: 1 });
    const state = Array.from({ length: stateSize }, () => Float32Array.of(1));
    const needs = steps.filter(({ matrix }) => matrix.some((row) => row[stateSize + 1] !== 0));
    for (const step of needs) {
      expect(step.drawsNoise).toBe(true);
      expect(() => applyStep(step, state, Float32Array.of(1))).toThrow(/needs noise/);
    }
    expect(needs.length > 0).toBe(['ddim', 'ddpm', 'euler-ancestral', 'lcm'].includes(name));
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
  it('whose first step cannot be computed is refused', () => {
    const json = { rescale_betas_zero_snr: true, timestep_spacing: 'trailing', prediction_type: 'epsilon' };
    expect(() => of('ddim', json).schedule({ steps: 4 })).toThrow(/timestep 999 has no finite.*epsilon/s);
  });

  it("that lacks a key has the class's own default", () => {
    const bare = (name: string) => schedulerFromConfig({}, SCHEDULERS[name]).config;
    expect([bare('ddim').clipRange, bare('ddpm').clipRange, bare('lcm').clipRange]).toEqual([1, 1, undefined]);
    expect([bare('ddim').setAlphaToOne, bare('pndm').setAlphaToOne]).toEqual([true, false]);
    expect([bare('ddim').betaEnd, bare('lcm').betaEnd, bare('lcm').betaSchedule]).toEqual([
      0.02,
      0.012,
      'scaled_linear',
    ]);
    expect([bare('ddim').spacing, bare('euler').spacing]).toEqual(['leading', 'linspace']);
  });

  it('has meaning for its class only', () => {
    expect(() => of('ddim', { lambda_min_clipped: -5.1, final_sigmas_type: 'sigma_min' })).not.toThrow();
    expect(() => of('dpm-solver', { lambda_min_clipped: Number.NEGATIVE_INFINITY })).not.toThrow();
    expect(() => of('unipc', { disable_corrector: [] })).not.toThrow();
  });

  it('that asks for what is not built is an error, not a difference', () => {
    expect(() => of('ddim', { thresholding: true })).toThrow(/thresholding/);
    expect(() => of('euler', { use_beta_sigmas: true })).toThrow(/use_beta_sigmas/);
    expect(() => of('dpm-solver', { lambda_min_clipped: -5.1 })).toThrow(/lambda_min_clipped.*-5\.1/);
    expect(() => of('unipc', { disable_corrector: [0] })).toThrow(/disable_corrector/);
    expect(() => of('euler', { sigma_min: 0.1 })).toThrow(/sigma_min/);
    expect(() => of('pndm', { prediction_type: 'sample' })).toThrow(/prediction_type/);
    expect(() => schedulerFromConfig({ _class_name: 'PNDMScheduler' })).toThrow(/skip_prk_steps/);
    expect(() => of('ddim', { clip_sample: 'yes' })).toThrow(/clip_sample must be true or false/);
    expect(() => of('ddim', { prediction_type: 'flow' })).toThrow(/prediction_type/);
    expect(() => of('ddim', { num_train_timesteps: -1 })).toThrow(/num_train_timesteps/);
    expect(() => schedulerFromConfig({ _class_name: 'HeunDiscreteScheduler' })).toThrow(/not known.*Heun/s);
    expect(() => schedulerFromConfig('x', 'DDIMScheduler')).toThrow(/object/);
    expect(() => schedulerFromConfig({ _class_name: { toString: 1 } })).toThrow(/not known.*toString/s);
  });

  it('that clips says so, and stays within the range', () => {
    const [step] = of('ddim', { clip_sample: true, clip_sample_range: 0.5 }).schedule({ steps: 1 }).steps;
    const [latent] = applyStep(step!, [Float32Array.of(100)], Float32Array.of(0));
    expect(step!.clipped?.range).toBe(0.5);
    expect(Math.abs(latent![0]!)).toBeLessThanOrEqual(0.5);
  });

  it.each(['ddim', 'ddpm', 'lcm'])('%s: a gradient passes where nothing is clipped, as differences say', (name) => {
    const [step] = of(name, { clip_sample: true, clip_sample_range: 0.5 }).schedule({ steps: 4 }).steps;
    const noise = Float32Array.of(0.3, 0.3);
    const [x, output] = [Float32Array.of(0.01, 3), Float32Array.of(0.01, -2)]; // within the range, and beyond it
    const f = (a: Float32Array, b: Float32Array): Float32Array => applyStep(step!, [a], b, noise)[0]!;
    const ones = [Float32Array.of(1, 1)];
    const back = pullBackStep(step!, ones, { state: [x], output });
    const h = 1e-3;
    const moved = (v: Float32Array, by: number) => v.map((c) => c + by);
    for (const k of [0, 1]) {
      const byState = (f(moved(x, h), output)[k]! - f(moved(x, -h), output)[k]!) / (2 * h);
      const byOutput = (f(x, moved(output, h))[k]! - f(x, moved(output, -h))[k]!) / (2 * h);
      expect(back.state[0]![k]!).toBeCloseTo(byState, 2);
      expect(back.output[k]!).toBeCloseTo(byOutput, 2);
    }
    expect(() => pullBackStep(step!, ones)).toThrow(/values that it was applied to/);
    expect(Math.abs(predictedOriginal(step!, [x], output)[0]!)).toBeLessThanOrEqual(0.5);
  });

  it('and a number of steps that cannot be are refused', () => {
    for (const name of NAMES)
      for (const steps of [0, 1.5, 2000]) expect(() => of(name).schedule({ steps }), name).toThrow(/steps/);
    expect(() => of('lcm').schedule({ steps: 51 })).toThrow(/original_inference_steps/);
    expect(() => of('ddim').schedule({ steps: 1000 })).toThrow(/timestep 1000/);
    for (const eta of [-0.1, 2]) expect(() => of('ddim').schedule({ steps: 4, eta })).toThrow(/eta/);
  });
});
