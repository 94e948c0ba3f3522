import { expect, it } from 'vitest';
import { Costs, Countdown } from './countdown.ts';

/** A photo: gradients of `pace` seconds, of which the first also loads, then `after` seconds; what people are told. */
function work(costs: Costs, { gradients = 16, pace = 1, after = 10, slower = 1 } = {}) {
  const countdown = new Countdown(costs);
  const told: { readonly left: number; readonly really: number }[] = [];
  let now = 0;
  const costOf = (gradient: number): number => pace * (gradient > gradients / 2 ? slower : 1);
  const end = 5 + Array.from({ length: gradients }, (_, k) => costOf(k + 1)).reduce((a, b) => a + b) + after;
  const note = (left: number | undefined): void => {
    if (left !== undefined) told.push({ left, really: end - now });
  };
  now += 5;
  for (let gradient = 1; gradient <= gradients; gradient++) {
    now += costOf(gradient);
    note(countdown.gradient(gradient, gradients, now));
  }
  for (const share of [0.2, 0.5, 1]) {
    now = end - after * (1 - share);
    note(countdown.after(share, now));
  }
  countdown.finish(now);
  return told;
}

it('is right from the second gradient on, once a photo has shown what comes after the gradients', () => {
  const costs = new Costs();
  work(costs, { after: 30 });
  expect(costs.after).toBeCloseTo(30, 6);
  for (const { left, really } of work(costs, { after: 30 })) expect(Math.abs(left - really)).toBeLessThan(0.5);
});

it('does not take the loading of programs for the pace', () => {
  const [first] = work(new Costs(), { pace: 0.1, after: 1.2 });
  expect(first!.left).toBeCloseTo(first!.really, 1);
});

it('never jumps back by much, even where gradients become three times as slow', () => {
  const told = work(new Costs(), { slower: 3, after: 40 });
  for (const [i, { left }] of told.entries()) if (i > 0) expect(left - told[i - 1]!.left).toBeLessThan(8);
  expect(told.at(-1)!.left).toBeLessThan(15);
});
