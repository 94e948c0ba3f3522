import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { L2Constraint, LinfConstraint, l2Norm, makeConstraint } from './constraint.ts';

const unit = fc.float({ min: 0, max: 1, noNaN: true });
const wild = fc.float({ min: -3, max: 3, noNaN: true });
const pairs = fc.array(fc.tuple(unit, wild), { minLength: 1, maxLength: 40 });
const split = (list: [number, number][]) => ({
  image: Float32Array.from(list, ([x]) => x),
  delta: Float32Array.from(list, ([, d]) => d),
});
const linf = (delta: Float32Array): number => Math.max(...delta.map(Math.abs));

const inPixelRange = (image: Float32Array, delta: Float32Array): void => {
  for (const [i, x] of image.entries()) {
    expect(x + delta[i]!).toBeGreaterThanOrEqual(-1e-6);
    expect(x + delta[i]!).toBeLessThanOrEqual(1 + 1e-6);
  }
};

for (const [norm, sizeOf] of [
  ['linf', linf],
  ['l2', l2Norm],
] as const)
  describe(`a ${norm} ball`, () => {
    it('takes any perturbation into the ball and the pixel range', () =>
      fc.assert(
        fc.property(pairs, fc.double({ min: 0.001, max: 1, noNaN: true }), (list, eps) => {
          const { image, delta } = split(list);
          makeConstraint(norm, eps).project(delta, image);
          expect(sizeOf(delta)).toBeLessThanOrEqual(eps * (1 + 1e-6));
          inPixelRange(image, delta);
        }),
      ));

    it('leaves alone what is on its edge', () => {
      const delta = Float32Array.of(0.25, 0);
      makeConstraint(norm, 0.25).project(delta, new Float32Array(2).fill(0.5));
      expect(delta).toEqual(Float32Array.of(0.25, 0));
    });

    it('leaves alone what is inside', () => {
      const delta = Float32Array.of(0.01, -0.02, 0);
      makeConstraint(norm, 0.1).project(delta, new Float32Array(3).fill(0.5));
      expect(delta).toEqual(Float32Array.of(0.01, -0.02, 0));
    });

    it('starts inside, anew with each seed and equal for one', () => {
      const ball = makeConstraint(norm, 0.2);
      const [a, b, c] = [1, 1, 2].map((seed) => ball.start(300, new Random(seed)));
      expect(sizeOf(a!)).toBeLessThanOrEqual(0.2 * (1 + 1e-6));
      expect(sizeOf(a!)).toBeGreaterThan(0.1);
      expect(a).toEqual(b);
      expect(a).not.toEqual(c);
    });

    it('steps down a gradient by a length in its own norm', () => {
      const delta = new Float32Array(4);
      makeConstraint(norm, 1).step(delta, Float32Array.of(3, -0.1, 0, 5), 0.25);
      expect(sizeOf(delta)).toBeCloseTo(0.25, 6);
      expect([...delta].map(Math.sign)).toEqual([-1, 1, 0, -1].map((s) => (s === 0 ? expect.closeTo(0) : s)));
    });

    it('refuses a radius that is none, says which, and gives one that is', () => {
      for (const eps of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
        expect(() => makeConstraint(norm, eps)).toThrow(
          expect.objectContaining({
            message: expect.stringMatching(/eps/),
            got: String(eps),
            hint: expect.any(String),
          }),
        );
    });
  });

it('an L2 ball is filled evenly: the share within half of its radius is that of its volume', () => {
  const ball = new L2Constraint(2);
  const lengths = Array.from({ length: 4000 }, (_, seed) => l2Norm(ball.start(3, new Random(seed))));
  expect(lengths.filter((length) => length < 1).length / 4000).toBeCloseTo(1 / 8, 1);
  expect(lengths[0]).toBeCloseTo(2 * (new Random(0).bits(6) / 2 ** 32) ** (1 / 3), 5); // drawn after the direction
});

it('an L-inf ball cannot be wider than the pixel range, an L2 ball can', () => {
  expect(() => new LinfConstraint(1.01)).toThrow(/at most 1/);
  expect(new L2Constraint(8).eps).toBe(8);
});

it('a zero gradient moves nothing', () => {
  for (const norm of ['linf', 'l2'] as const) {
    const delta = Float32Array.of(0.1, -0.1);
    makeConstraint(norm, 0.5).step(delta, new Float32Array(2), 0.3);
    expect(delta).toEqual(Float32Array.of(0.1, -0.1));
  }
});
