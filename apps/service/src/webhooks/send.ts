// Sends one webhook, by Standard Webhooks (https://www.standardwebhooks.com): the body as JSON, signed with what its receiver
// knows. Redirects are not followed, and what is answered is not read.
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { PhotoGuardError } from 'photoguard/errors';
import { Webhook } from 'standardwebhooks';
import { hostOf, isPublic, lookupPublic, parseWebhookUrl, type Reach } from './address.ts';

const TIMEOUT_MS = 15_000;

/** What is sent where. */
export interface Message {
  /** The same at each attempt, so that its receiver can tell that it had it already. */
  readonly id: string;
  readonly url: string;
  /** `whsec_` and bytes in base64. */
  readonly secret: string;
  readonly body: string;
}

/** Sends it. @returns what went wrong, or undefined once it is there */
export async function sendWebhook({ id, url: text, secret, body }: Message, reach: Reach): Promise<string | undefined> {
  const at = new Date();
  try {
    const url = parseWebhookUrl(text, reach);
    const status = await post(url, reach, body, {
      'content-type': 'application/json',
      'user-agent': 'PhotoGuard',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, at, body),
    });
    return status >= 200 && status < 300 ? undefined : `it answered with ${status}`;
  } catch (error) {
    const { name, message, code } = error as NodeJS.ErrnoException;
    if (name === 'AbortError' || name === 'TimeoutError') return 'it did not answer in time';
    return error instanceof PhotoGuardError ? message : (code ?? message);
  }
}

function post(url: URL, reach: Reach, body: string, headers: Record<string, string>): Promise<number> {
  const host = hostOf(url);
  // Numbers are not looked up.
  if (reach === 'public' && isIP(host) !== 0 && !isPublic(host)) throw new Error('its address is not public');
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      agent: false,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(reach === 'public' && { lookup: lookupPublic }),
    });
    request.once('error', reject);
    request.once('response', (response) => {
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    request.end(body);
  });
}
