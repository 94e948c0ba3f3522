// The environment variables of Python's huggingface_hub, with the same meaning. An empty one counts as not set.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { PhotoGuardError } from '../../../errors.ts';
import { quoted } from '../../../validate/quoted.ts';

/** Where and how to reach the hub. */
export interface HubEnvironment {
  /** HF_ENDPOINT, without a slash at its end. */
  readonly endpoint: string;
  /** HF_TOKEN, or the file that `hf auth login` writes. */
  readonly token?: string;
  /** HF_HUB_OFFLINE: only the cache is used. */
  readonly offline: boolean;
  /** HF_HUB_CACHE, or `hub` in HF_HOME. */
  readonly cache: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Reads the environment. @throws PhotoGuardError `input` for an invalid endpoint or token */
export function hubEnvironment(env: Variables = process.env): HubEnvironment {
  const home = expand(env.HF_HOME || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'huggingface'));
  const token = findToken(env, expand(env.HF_TOKEN_PATH || join(home, 'token')));
  return {
    endpoint: readEndpoint(env.HF_ENDPOINT || 'https://huggingface.co'),
    ...(token && { token }),
    offline: /^(1|true|yes|on)$/i.test(env.HF_HUB_OFFLINE || env.TRANSFORMERS_OFFLINE || ''),
    cache: expand(env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE || join(home, 'hub')),
  };
}

const expand = (path: string): string => path.replace(/^~(?=$|[/\\])/, homedir());

function readEndpoint(text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? ''))
    throw new PhotoGuardError('input', 'HF_ENDPOINT must be an http or https address', { got: quoted(text) });
  return text.replace(/\/+$/, '');
}

// The message never shows the token.
function findToken(env: Variables, file: string): string {
  const token = env.HF_TOKEN?.trim() || env.HUGGING_FACE_HUB_TOKEN?.trim() || readToken(file);
  if (!/^[\x21-\x7e]*$/.test(token))
    throw new PhotoGuardError(
      'input',
      'the access token (HF_TOKEN or the token file) contains characters that tokens cannot have',
    );
  return token;
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return ''; // not logged in
  }
}
