// Errors as answers: a status, and a JSON body with a code and one line.
import { z } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import { PhotoGuardError } from 'photoguard/errors';
import { Away } from '../away.ts';

/** The body of every answer that is an error. */
export const PROBLEM = z
  .object({
    error: z.object({
      code: z.string().openapi({ example: 'image' }),
      message: z.string().openapi({ example: 'the file is not a photo known here' }),
    }),
    message: z.string().optional().openapi({ description: "The same, in answers to Hasher-Matcher-Actioner's calls" }),
  })
  .openapi('Problem');

/** Statuses of errors that this service throws. */
export type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500 | 503;

/** An error that is an answer. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: ProblemStatus;
  readonly code: string;

  constructor(status: ProblemStatus, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Nothing of that id, or nothing of this tenant's: which of them is not said. */
export const absent = (): Problem => new Problem(404, 'not-found', 'there is nothing of that id');

const STATUSES: Readonly<Record<string, ProblemStatus>> = { image: 422, memory: 413, input: 400, usage: 400 };

/** The answer that an error stands for; undefined for one that is a bug, or a part of the service that is away. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException)
    return new Problem(error.status as ProblemStatus, 'request', error.message || 'the request cannot be read');
  if (error instanceof Away) return new Problem(503, 'away', `${error.message}; try again in a moment`);
  if (error instanceof PhotoGuardError) {
    const status = STATUSES[error.code];
    return status && new Problem(status, error.code, error.message);
  }
  return undefined;
}

/** Descriptions of errors for a route. */
export const problems = (...statuses: readonly ProblemStatus[]) =>
  Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: ABOUT[status] ?? 'an error', content: { 'application/json': { schema: PROBLEM } } },
    ]),
  );

const ABOUT: Partial<Record<ProblemStatus, string>> = {
  400: 'The request is not as described.',
  401: 'No valid key was given.',
  403: 'The key may not do this.',
  404: 'There is nothing of that id, or it belongs to another tenant.',
  409: 'Not in this state.',
  413: 'Too large.',
  422: 'The photo cannot be used.',
  429: 'Too many requests.',
  503: 'A part of the service does not answer; try again in a moment.',
};
