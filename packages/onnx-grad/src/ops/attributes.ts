// Reading attributes with their defaults, in one place.
import { GraphError } from '../graph/error.ts';
import type { Attributes } from '../graph/graph.ts';

/** A number attribute, or its default. */
export function readNumber(attributes: Attributes, name: string, fallback: number): number {
  const value = attributes[name] ?? fallback;
  if (typeof value !== 'number') throw new GraphError('attribute', `attribute ${name} must be a number`);
  return value;
}

/** A list-of-numbers attribute, or its default. */
export function readNumbers(attributes: Attributes, name: string, fallback: readonly number[]): readonly number[] {
  const value = attributes[name] ?? fallback;
  if (!Array.isArray(value)) throw new GraphError('attribute', `attribute ${name} must be a list of numbers`);
  return value as readonly number[];
}

/** A string attribute, or its default. */
export function readString(attributes: Attributes, name: string, fallback: string): string {
  const value = attributes[name] ?? fallback;
  if (typeof value !== 'string') throw new GraphError('attribute', `attribute ${name} must be a string`);
  return value;
}
