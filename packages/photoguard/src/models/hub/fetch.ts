// Requests to the hub, tried again where that can help: a broken connection, a busy server (429, 5xx). Everything else
// is an error that says what to do.
import { setTimeout as wait } from 'node:timers/promises';
import { PhotoGuardError } from '../../errors.ts';
import type { HubEnvironment } from './environment.ts';

/** How often and how patiently to try again. */
export interface Patience {
  readonly attempts: number;
  /** First pause in milliseconds; doubled each time, unless the server says how long. */
  readonly pause: number;
}

/** Five attempts over about fifteen seconds. */
export const PATIENCE: Patience = { attempts: 5, pause: 1000 };

const MAX_PAUSE = 60_000;

/** Whether trying again may help with an error of {@link hubFetch}. */
export const mayPass = (error: unknown): boolean =>
  error instanceof PhotoGuardError && (error.code === 'network' || error.code === 'rate-limit');

/**
 * A GET or HEAD of the hub that succeeded (also 206).
 * @throws PhotoGuardError `auth`, `not-found`, `rate-limit`, `network`, `aborted`
 */
export async function hubFetch(
  url: string,
  init: RequestInit,
  hub: HubEnvironment,
  patience: Patience = PATIENCE,
): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await once(url, init, hub);
    if (outcome instanceof Response) return outcome;
    if (attempt >= patience.attempts || !mayPass(outcome.error)) throw outcome.error;
    const pause = outcome.retryAfter ?? patience.pause * 2 ** (attempt - 1);
    await pauseFor(Math.min(pause, MAX_PAUSE), init.signal ?? undefined);
  }
}

/** Waits. @throws PhotoGuardError `aborted` */
export async function pauseFor(milliseconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await wait(milliseconds, undefined, signal ? { signal } : {});
  } catch {
    throw new PhotoGuardError('aborted', 'stopped on request');
  }
}

interface Failure {
  readonly error: PhotoGuardError;
  /** Milliseconds that the server asks to wait. */
  readonly retryAfter?: number;
}

async function once(url: string, init: RequestInit, hub: HubEnvironment): Promise<Response | Failure> {
  // The token is for the hub alone: a redirect to another host must not carry it, and fetch drops it there.
  const headers = { ...init.headers, ...(hub.token && { authorization: `Bearer ${hub.token}` }) };
  let response: Response;
  try {
    response = await fetch(url, { ...init, headers });
  } catch (cause) {
    if (init.signal?.aborted) return { error: new PhotoGuardError('aborted', 'stopped on request') };
    const reason =
      cause instanceof Error ? ((cause.cause as Error | undefined)?.message ?? cause.message) : String(cause);
    return {
      error: new PhotoGuardError('network', `${new URL(url).host} cannot be reached: ${reason}`, {
        cause,
        hint: 'check the connection and HF_ENDPOINT; HF_HUB_OFFLINE=1 uses only what is in the cache',
      }),
    };
  }
  if (response.ok) return response;
  await response.body?.cancel();
  const seconds = Number(response.headers.get('retry-after'));
  return { error: statusError(url, response.status, hub), ...(seconds > 0 && { retryAfter: seconds * 1000 }) };
}

function statusError(url: string, status: number, hub: HubEnvironment): PhotoGuardError {
  const got = `HTTP ${status} for ${url}`;
  if (status === 401 || status === 403)
    return new PhotoGuardError('auth', 'the hub refuses access to this model', {
      got,
      hint: hub.token
        ? 'the token may lack access: accept the terms on the page of the model'
        : 'set HF_TOKEN to an access token; gated models also want their terms accepted on their page',
    });
  if (status === 404)
    return new PhotoGuardError('not-found', 'the hub has no such model, revision or file', {
      got,
      hint: 'check the spelling',
    });
  if (status === 429)
    return new PhotoGuardError('rate-limit', 'the hub asks to wait (too many requests)', {
      got,
      hint: 'try again later',
    });
  return new PhotoGuardError(status >= 500 || status === 408 ? 'network' : 'not-found', 'the hub could not answer', {
    got,
    hint: 'try again later',
  });
}
