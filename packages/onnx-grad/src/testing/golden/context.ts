// What a golden case of area `ops` gives: the operation's configuration and its operands as inputs of a graph.
import type { GraphBuilder } from '../../builder.ts';
import type { Value } from '../../graph/graph.ts';

/** A case's `config`: the operation and its settings. */
export interface OpsConfig {
  readonly op: string;
  readonly [name: string]: unknown;
}

/** What a graph is written from. */
export interface OpsContext {
  readonly g: GraphBuilder;
  readonly config: OpsConfig;
  /** An operand by its name. @throws Error where the case has none */
  I(name: string): Value;
  /** Whether the case has an operand. */
  has(name: string): boolean;
}

/** Writes an operation; its result is `y`. */
export type OpsGraph = (context: OpsContext) => Value;

/** A number of the configuration. */
export const numberIn = (config: OpsConfig, name: string, fallback: number): number =>
  typeof config[name] === 'number' ? config[name] : fallback;

/** A list of numbers of the configuration. @throws Error where it is not one */
export function numbersIn(config: OpsConfig, name: string): number[] {
  const value = config[name];
  if (!Array.isArray(value)) throw new Error(`config.${name} is not a list`);
  return value as number[];
}

/** One number for every axis, or a list with one an axis. */
export function eachAxis(config: OpsConfig, name: string, rank: number, fallback: number): number[] {
  const value = config[name] ?? fallback;
  return Array.isArray(value) ? (value as number[]) : new Array<number>(rank).fill(value as number);
}

/** ONNX pads of the last two axes from PyTorch's order: left, right, top, bottom. */
export function padsFrom(leftRightTopBottom: readonly number[]): number[] {
  const [left, right, top, bottom] = leftRightTopBottom as [number, number, number, number];
  return [top, left, bottom, right];
}
