// The one list of operators. An operator that is not here does not exist for this package.
import * as arithmetic from './arithmetic.ts';
import * as compare from './compare.ts';
import { Conv } from './conv.ts';
import * as layout from './layout.ts';
import { Gemm, MatMul } from './matmul.ts';
import type { Operator } from './operator.ts';
import { Pad } from './pad.ts';
import { LeakyRelu, Relu } from './rectifier.ts';
import * as reduce from './reduce.ts';
import { Concat, Slice } from './slice.ts';
import { LogSoftmax, Softmax } from './softmax.ts';
import * as unary from './unary.ts';

const { Add, Sub, Mul, Div, Pow, Neg } = arithmetic;
const { Greater, GreaterOrEqual, Less, LessOrEqual, Equal, And, Or, Not, Where, Cast, Identity } = compare;
const { Reshape, Flatten, Squeeze, Unsqueeze, Transpose, Expand } = layout;
const { ReduceSum, ReduceMean, ReduceSumSquare, ReduceL2 } = reduce;
const { Reciprocal, Sqrt, Exp, Log, Abs, Sin, Cos, Erf, Tanh, Sigmoid, Softplus } = unary;

const LIST: readonly Operator[] = [
  ...[Add, Sub, Mul, Div, Pow, Neg],
  ...[Reciprocal, Sqrt, Exp, Log, Abs, Sin, Cos, Erf, Tanh, Sigmoid, Softplus, Relu, LeakyRelu],
  ...[Greater, GreaterOrEqual, Less, LessOrEqual, Equal, And, Or, Not, Where, Cast, Identity],
  ...[Reshape, Flatten, Squeeze, Unsqueeze, Transpose, Expand, Slice, Pad, Concat],
  ...[ReduceSum, ReduceMean, ReduceSumSquare, ReduceL2, Softmax, LogSoftmax],
  ...[Conv, MatMul, Gemm],
];

/** Every operator by its name, qualified `domain::name` outside the standard domain. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  LIST.map((operator) => [operator.domain ? `${operator.domain}::${operator.name}` : operator.name, operator]),
);
