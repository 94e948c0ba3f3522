// The training engine on a problem small enough for every test run: a network of two convolutions learns to blur.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GraphBuilder, sizeOf } from 'onnx-grad';
import { Random } from 'photoguard/random';
import { openRuntime, type Runtime, type Tensors } from 'photoguard/runtime/node';
import { exportModel, loadTraining, Parameters, saveTraining, Trainer } from 'photoguard/training';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STREAMS } from '../common/streams.ts';
import { uniformByInputs } from './initialise.ts';

const SHAPE = [4, 1, 8, 8];

// y = conv(relu(conv(x))); loss: mean squared distance to a box blur of x.
function problem() {
  const parameters = new Parameters('test', uniformByInputs(3));
  const g = new GraphBuilder();
  const x = g.input('x', 'float32', SHAPE);
  const target = g.input('target', 'float32', SHAPE);
  const weight = (name: string, shape: number[]) => g.initializer(name, parameters.get(name, shape)!);
  const hidden = g.op('Relu', [
    g.op('Conv', [x, weight('a.weight', [4, 1, 3, 3]), weight('a.bias', [4])], { pads: [1, 1, 1, 1] }),
  ]);
  const y = g.op('Conv', [hidden, weight('b.weight', [1, 4, 1, 1]), weight('b.bias', [1])]);
  const error = g.sub(y, target);
  g.output('loss', g.mean(g.mul(error, error), [0, 1, 2, 3], false));
  g.output('y', y);
  return { loss: g.build(), parameters: parameters.tensors() };
}

function batch(step: number): Tensors {
  const x = new Random(1, STREAMS.rowNoise(step)).normal(sizeOf(SHAPE));
  const target = x.map((_, i) => {
    const [column, row] = [i % 8, Math.floor(i / 8) % 8];
    let sum = 0;
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++)
        if (row + dy >= 0 && row + dy < 8 && column + dx >= 0 && column + dx < 8) sum += x[i + 8 * dy + dx]! / 9;
    return sum;
  });
  return { x, target };
}

describe('a training', () => {
  let runtime: Runtime;
  let folder: string;
  beforeAll(async () => {
    runtime = await openRuntime({ device: 'cpu', threads: 1 });
    folder = await mkdtemp(join(tmpdir(), 'photoguard-training-'));
  });
  afterAll(async () => {
    await runtime.close();
    await rm(folder, { recursive: true });
  });

  // Each on a runtime of its own: the tensors of a training bear its weights' names.
  async function opened(accumulate?: number) {
    const own = await openRuntime({ device: 'cpu', threads: 1 });
    const { loss, parameters } = problem();
    const settings = { betas: [0.9, 0.99], epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1, averageDecay: 0.9 } as const;
    const trainer = await Trainer.open({
      ...{ runtime: own, loss, parameters, ...settings },
      accumulate,
    });
    return { trainer, loss, parameters, close: () => own.close() };
  }

  async function run(trainer: Trainer, from: number, to: number): Promise<number[]> {
    const losses: number[] = [];
    for (let step = from; step <= to; step++) losses.push((await trainer.step(step, 0.02, [batch(step)])).loss);
    return losses;
  }

  it('lowers the loss', async () => {
    const { trainer, close } = await opened();
    const losses = await run(trainer, 1, 120);
    await close();
    expect(losses[0]).toBeGreaterThan(0.08);
    expect(losses.slice(-10).reduce((a, b) => a + b) / 10).toBeLessThan(1e-4);
  });

  it('goes on after a kill exactly as without one', async () => {
    const whole = await opened();
    const expected = await run(whole.trainer, 1, 12);
    await whole.close();
    const file = join(folder, 'last.safetensors');
    const before = await opened();
    const first = await run(before.trainer, 1, 7);
    await saveTraining(file, 7, await before.trainer.read(), before.parameters);
    await before.close();
    const after = await opened();
    const { steps, states } = await loadTraining(file);
    await after.trainer.restore(states);
    const rest = await run(after.trainer, steps + 1, 12);
    await after.close();
    expect([...first, ...rest]).toEqual(expected);
  });

  it('takes the same step from one batch as from its two halves', async () => {
    const [whole, halves] = [await opened(), await opened(2)];
    await whole.trainer.step(1, 0.02, [batch(1)]);
    await halves.trainer.step(1, 0.02, [batch(1), batch(1)]);
    const [a, b] = [await whole.trainer.read('weight'), await halves.trainer.read('weight')];
    for (const [name, values] of Object.entries(a))
      values.forEach((value, i) => {
        expect(b[name]![i]).toBeCloseTo(value, 6);
      });
    await whole.close();
    await halves.close();
  });

  it.each([
    ['a loss', Number.NaN, /the loss of step 3 is NaN/],
    ['a gradient', 1e12, /the norm of the gradient of step 3 is Infinity/],
  ])('takes no step along %s that is not finite, and goes on', async (_, value, message) => {
    const { trainer, close } = await opened();
    await run(trainer, 1, 2);
    const before = await trainer.read();
    const { x, target } = batch(3) as { x: Float32Array; target: Float32Array };
    const broken = { x: x.map((v, i) => (i === 5 ? value : v)), target };
    await expect(trainer.step(3, 0.02, [broken])).rejects.toMatchObject({
      code: 'model',
      message: expect.stringMatching(message),
    });
    expect(await trainer.read()).toEqual(before);
    const { loss, norm } = await trainer.step(3, 0.02, [batch(3)]);
    expect(loss).toBeGreaterThan(0);
    expect(norm).toBeGreaterThan(0);
    expect(await trainer.read()).not.toEqual(before);
    await close();
  });

  it('never replaces what was saved by states that are not finite', async () => {
    const { trainer, parameters, close } = await opened();
    const [file, model] = [join(folder, 'kept.safetensors'), join(folder, 'model')];
    const good = await trainer.read();
    await saveTraining(file, 1, good, parameters);
    const broken = { ...good, 'average.b.bias': Float32Array.of(Number.POSITIVE_INFINITY) };
    await expect(saveTraining(file, 2, broken, parameters)).rejects.toMatchObject({
      code: 'model',
      message: expect.stringMatching(/kept\.safetensors is left as it was: average\.b\.bias has/),
    });
    expect((await loadTraining(file)).states).toEqual(good);
    await trainer.restore(broken);
    const weights = { tensors: () => parameters } as unknown as Parameters;
    await expect(exportModel(model, 'weights.safetensors', {}, weights, trainer)).rejects.toThrow(/average\.b\.bias/);
    expect(existsSync(model)).toBe(false);
    await close();
  });

  it('evaluates the average of the weights, which lags behind them', async () => {
    const { trainer, loss, close } = await opened();
    await run(trainer, 1, 20);
    const [average, weight] = [await trainer.evaluator(loss), await trainer.evaluator(loss, 'weight')];
    const measureLoss = async (program: typeof average) => Number((await program.run(batch(99))).loss![0]);
    expect(await measureLoss(average)).not.toBe(await measureLoss(weight));
    expect(Math.abs((await measureLoss(average)) / (await measureLoss(weight)) - 1)).toBeLessThan(1);
    await close();
  });

  it('says which state a checkpoint lacks', async () => {
    const { trainer, close } = await opened();
    await expect(trainer.restore({ 'weight.a.weight': new Float32Array(36) })).rejects.toThrow(/lacks m\.a\.weight/);
    await close();
  });
});
