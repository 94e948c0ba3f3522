// What does not fit is reported where it is made, by name.
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../builder.ts';
import type { DType, TypedArray } from './dtype.ts';
import { GraphError } from './error.ts';

const MISTAKES: readonly (readonly [string, RegExp, (g: GraphBuilder) => unknown])[] = [
  [
    'data of another kind',
    /initializer w: Int32Array does not hold float32/,
    (g) => g.initializer('w', { dtype: 'float32', shape: [2], data: Int32Array.of(1, 2) }),
  ],
  [
    'data of another size',
    /initializer w: 2 elements for shape \[3\]/,
    (g) => g.initializer('w', { dtype: 'float32', shape: [3], data: Float32Array.of(1, 2) }),
  ],
  [
    'a constant of another kind',
    /constant: Float32Array does not hold int64/,
    (g) => g.constant({ dtype: 'int64', shape: [1], data: Float32Array.of(1) as TypedArray }),
  ],
  [
    'a dtype that there is not',
    /input x: no dtype float; there are float32/,
    (g) => g.input('x', 'float' as DType, [2]),
  ],
  ['a negative size', /input x: no tensor has the shape \[-1,3\]/, (g) => g.input('x', 'float32', [-1, 3])],
  ['a size that is not whole', /no tensor has the shape \[1.5\]/, (g) => g.input('x', 'float32', [1.5])],
  [
    'a negative size of what is in a file',
    /initializer w: no tensor has the shape \[-1\]/,
    (g) => g.initializer('w', { dtype: 'float32', shape: [-1], file: 'w', offset: 0, length: 4 }),
  ],
  [
    'too few inputs',
    /^Add\(x float32\[2\]\): it takes 2 inputs, not 1/,
    (g) => g.op('Add', [g.input('x', 'float32', [2])]),
  ],
  [
    'too many inputs',
    /^Add\(x .*it takes 2 inputs, not 3/,
    (g) => {
      const x = g.input('x', 'float32', [2]);
      return g.op('Add', [x, x, x]);
    },
  ],
  ['inputs of a range', /^Clip\(\): it takes 1 to 3 inputs, not 0/, (g) => g.op('Clip', [])],
  ['a missing input', /^Sub\(.*input 1 is missing/, (g) => g.op('Sub', [g.input('x', 'float32', [2]), undefined])],
  [
    'more outputs than there are',
    /^Neg\(.*it has 1 outputs, not 2/,
    (g) => g.ops('Neg', [g.input('x', 'float32', [2])], {}, 2),
  ],
];

describe('GraphBuilder', () => {
  it.each(MISTAKES)('names %s', (_, message, make) => {
    expect(() => make(new GraphBuilder())).toThrow(GraphError);
    expect(() => make(new GraphBuilder())).toThrow(message);
  });

  it('gives initializers names of their own, where two models have weights of one name', () => {
    const g = new GraphBuilder();
    const source = (value: number) => ({ dtype: 'float32' as const, shape: [1], data: Float32Array.of(value) });
    const [one, other] = [g.freshInitializer('w', source(1)), g.freshInitializer('w', source(2))];
    expect(one.name).toBe('w');
    expect(other.name).not.toBe('w');
    expect(() => g.initializer('w', source(3))).toThrow(/w/);
  });
});
