// What the hub's error statuses mean.
import { PhotoGuardError } from '../../../errors.ts';
import type { HubEnvironment } from './environment.ts';

/** The error for an unsuccessful HTTP status. */
export function statusError(url: string, status: number, hub: HubEnvironment): PhotoGuardError {
  const got = `HTTP ${status} for ${url.split('?')[0]}`;
  if (status === 401 || status === 403)
    return new PhotoGuardError('auth', 'the hub refuses access to this model', {
      got,
      hint: hub.token
        ? "the token may lack access: accept the terms on the model's page"
        : "check the spelling; for gated models, accept the terms on the model's page and set HF_TOKEN to an access token",
    });
  if (status === 429)
    return new PhotoGuardError('rate-limit', 'the hub asks to wait (too many requests)', {
      got,
      hint: 'try again later',
    });
  if (status >= 500 || status === 408)
    return new PhotoGuardError('network', 'the hub could not answer', { got, hint: 'try again later' });
  return new PhotoGuardError('not-found', 'the hub has no such model, revision or file', {
    got,
    hint: 'check the spelling',
  });
}
