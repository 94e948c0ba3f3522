// Requests to the hub, repeated where that can help: a failed connection, a busy server (429, 5xx). Everything else is
// an error that says what to do.
import { setTimeout as wait } from 'node:timers/promises';
import { PhotoGuardError } from '../../../errors.ts';
import type { HubEnvironment } from './environment.ts';
import { statusError } from './status-error.ts';

/** How often and how patiently to try again. Times in milliseconds. */
export interface Patience {
  readonly attempts: number;
  /** First pause; doubled each time, unless the server gives one. */
  readonly pause: number;
  /** How long a server may send nothing. */
  readonly stall: number;
  /** The longest pause that a server may ask for; for a longer one the request fails at once. */
  readonly longestPause: number;
}

/** Five attempts over about fifteen seconds. */
export const PATIENCE: Patience = { attempts: 5, pause: 1000, stall: 60_000, longestPause: 60_000 };

const mayPass = ({ code }: PhotoGuardError): boolean => code === 'network' || code === 'rate-limit';

/**
 * Sends a GET or HEAD to the hub that must succeed (also 206), or return one of the `accepted` statuses.
 * @throws PhotoGuardError `auth`, `not-found`, `rate-limit`, `network`, `aborted`
 */
export async function hubFetch(
  url: string,
  init: RequestInit,
  hub: HubEnvironment,
  patience: Patience = PATIENCE,
  accepted: readonly number[] = [],
): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await once(url, init, hub, patience, accepted);
    if (outcome instanceof Response) return outcome;
    const { error, retryAfter = 0 } = outcome;
    if (attempt >= patience.attempts || !mayPass(error)) throw error;
    if (retryAfter > patience.longestPause)
      throw new PhotoGuardError(error.code, error.message, {
        hint: `the server asks for ${Math.ceil(retryAfter / 1000)} seconds`,
      });
    await pauseFor(retryAfter || patience.pause * 2 ** (attempt - 1), init.signal ?? undefined);
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

async function once(
  url: string,
  init: RequestInit,
  hub: HubEnvironment,
  { stall }: Patience,
  accepted: readonly number[],
): Promise<Response | Failure> {
  const headers = new Headers(init.headers);
  // The token is only for the hub: fetch drops it when it is redirected to another host.
  if (hub.token) headers.set('authorization', `Bearer ${hub.token}`);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`no answer for ${stall} ms`)), stall);
  const signal = init.signal ? AbortSignal.any([init.signal, late.signal]) : late.signal;
  try {
    const response = await fetch(url, { ...init, headers, signal });
    if (response.ok || accepted.includes(response.status)) return response;
    await response.body?.cancel();
    const retryAfter = pauseAsked(response.headers.get('retry-after'));
    return { error: statusError(url, response.status, hub), retryAfter };
  } catch (cause) {
    if (init.signal?.aborted) return { error: new PhotoGuardError('aborted', 'stopped on request') };
    return { error: unreachable(url, cause) };
  } finally {
    clearTimeout(timer);
  }
}

function unreachable(url: string, cause: unknown): PhotoGuardError {
  const { cause: inner, message } = (cause ?? {}) as { cause?: { message?: string }; message?: string };
  const reason = inner?.message || message || String(cause);
  return new PhotoGuardError('network', `${new URL(url).host} cannot be reached: ${reason.split('\n')[0]}`, {
    cause,
    hint: 'check the connection and HF_ENDPOINT; HF_HUB_OFFLINE=1 uses only what is in the cache',
  });
}

// Retry-After holds seconds or a date. Milliseconds.
function pauseAsked(header: string | null): number | undefined {
  if (header === null) return undefined;
  const milliseconds = header.trim() === '' ? Number.NaN : Number(header) * 1000;
  const pause = Number.isNaN(milliseconds) ? Date.parse(header) - Date.now() : milliseconds;
  return pause > 0 ? pause : undefined;
}
