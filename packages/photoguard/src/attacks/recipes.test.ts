import { describe, expect, it } from 'vitest';
import { DIFFUSION_RECIPES } from './diffusion/diffusion-recipes.ts';
import { RECIPES } from './recipes.ts';
import { tunedRecipe } from './tuning.ts';

const all = [...Object.entries(RECIPES), ...Object.entries(DIFFUSION_RECIPES)];

describe('recipes', () => {
  it('paper: 200 steps of 2/255 in a ball of 16/255, from a random start', () => {
    const { steps, stepSize, eps, norm, start } = RECIPES.paper;
    expect({ steps, eps, norm, start }).toEqual({ steps: 200, eps: 16 / 255, norm: 'linf', start: 'random' });
    expect([0, 100, 199].map((k) => stepSize(k, eps))).toEqual([2 / 255, 2 / 255, 2 / 255]);
  });

  it("notebook: 1000 steps from 0.02 to a hundredth of it, eps 0.06, in the notebook's [-1, 1]", () => {
    const { steps, stepSize, eps } = RECIPES.notebook;
    expect([steps, 2 * eps]).toEqual([1000, 0.06]);
    expect(2 * stepSize(0, eps)).toBeCloseTo(0.02, 12);
    expect(2 * stepSize(1000, eps)).toBeCloseTo(0.0002, 10);
  });

  it('fast: as many gradients as its label says, and steps that end small', () => {
    const { steps, stepSize, eps, source } = RECIPES.fast;
    expect(steps).toBe(30);
    expect(stepSize(29, eps)).toBeLessThan(0.02 * eps);
    expect(source).toBe('this project');
  });

  it('are known by the name that they carry', () => {
    for (const [name, recipe] of all) expect(recipe.name).toBe(name);
  });

  it('step in proportion to eps, all of them', () => {
    for (const [, { stepSize, steps, eps }] of all)
      for (const k of [0, steps / 2, steps - 1]) {
        expect(stepSize(k, eps)).toBeGreaterThan(0);
        expect(stepSize(k, eps / 8)).toBeCloseTo(stepSize(k, eps) / 8, 12);
      }
  });
});

describe('a tuned recipe', () => {
  const sizes = (tuning: Parameters<typeof tunedRecipe>[1], named = RECIPES.paper): number[] => {
    const { recipe, constraint } = tunedRecipe(named, tuning);
    return [0, recipe.steps / 2].map((k) => recipe.stepSize(k, constraint.eps));
  };

  it('of another eps or norm keeps the shares of its steps', () => {
    expect(sizes({})).toEqual([2 / 255, 2 / 255]);
    expect(sizes({ eps: 2 / 255 })).toEqual([0.25 / 255, 0.25 / 255]);
    expect(sizes({ norm: 'l2' })).toEqual([1, 1]);
    expect(sizes({ norm: 'linf', eps: 16 / 255 }, DIFFUSION_RECIPES.notebook as never)[0]).toBeCloseTo(1 / 255, 12);
  });

  it('of other steps goes the whole way of its schedule, unless the size is given', () => {
    const { recipe, constraint } = tunedRecipe(RECIPES.fast, { steps: 10, start: 'random' });
    expect([recipe.steps, recipe.start]).toEqual([10, 'random']);
    expect(recipe.stepSize(5, constraint.eps)).toBe(RECIPES.fast.stepSize(15, constraint.eps));
    expect(sizes({ stepSize: 0.01, eps: 0.5 })).toEqual([0.01, 0.01]);
  });
});
