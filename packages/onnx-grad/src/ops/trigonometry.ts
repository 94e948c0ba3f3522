// Tan, and the inverse and hyperbolic functions. Each gradient is GO times a derivative in the cheaper of input and
// output; at the ends of a domain (arcsin 1, arcosh 1, artanh 1) it is infinite.
import type { Builder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import type { Operator } from './operator.ts';
import { unary } from './unary.ts';

const one = (g: Builder, x: Value): Value => g.scalar(1, x.dtype);
const square = (g: Builder, x: Value): Value => g.mul(x, x);
// 1 / sqrt(x), of a value that is positive.
const inverseRoot = (g: Builder, x: Value): Value => g.op('Reciprocal', [g.op('Sqrt', [x])]);
const oneLessSquare = (g: Builder, x: Value): Value => g.sub(one(g, x), square(g, x));

/** tan x: derivative 1 + y^2. */
export const Tan: Operator = unary('Tan', 'output', ({ g, O }) => g.shift(square(g, O(0)), 1), Math.tan);
/** arcsin x: derivative 1 / sqrt(1 - x^2). */
export const Asin = unary('Asin', 'input', ({ g, I }) => inverseRoot(g, oneLessSquare(g, I(0))), Math.asin);
/** arccos x: derivative -1 / sqrt(1 - x^2). */
export const Acos = unary('Acos', 'input', ({ g, I }) => g.neg(inverseRoot(g, oneLessSquare(g, I(0)))), Math.acos);
/** arctan x: derivative 1 / (1 + x^2). */
export const Atan = unary('Atan', 'input', ({ g, I }) => g.op('Reciprocal', [g.shift(square(g, I(0)), 1)]), Math.atan);
/** sinh x: derivative cosh x. */
export const Sinh = unary('Sinh', 'input', ({ g, I }) => g.op('Cosh', [I(0)]), Math.sinh);
/** cosh x: derivative sinh x. */
export const Cosh = unary('Cosh', 'input', ({ g, I }) => g.op('Sinh', [I(0)]), Math.cosh);
/** arsinh x: derivative 1 / sqrt(x^2 + 1). */
export const Asinh = unary('Asinh', 'input', ({ g, I }) => inverseRoot(g, g.shift(square(g, I(0)), 1)), Math.asinh);
/** arcosh x: derivative 1 / sqrt(x^2 - 1). */
export const Acosh = unary('Acosh', 'input', ({ g, I }) => inverseRoot(g, g.shift(square(g, I(0)), -1)), Math.acosh);
/** artanh x: derivative 1 / (1 - x^2). */
export const Atanh = unary('Atanh', 'input', ({ g, I }) => g.op('Reciprocal', [oneLessSquare(g, I(0))]), Math.atanh);
