// The environment variables of Python's huggingface_hub, with their meaning there.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

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

/** Reads the environment. */
export function hubEnvironment(env: Variables = process.env): HubEnvironment {
  const home = env.HF_HOME ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'huggingface');
  const tokenFile = env.HF_TOKEN_PATH ?? join(home, 'token');
  const token = (env.HF_TOKEN ?? (existsSync(tokenFile) ? readFileSync(tokenFile, 'utf8') : '')).trim();
  return {
    endpoint: (env.HF_ENDPOINT ?? 'https://huggingface.co').replace(/\/+$/, ''),
    ...(token && { token }),
    offline: /^(1|true|yes|on)$/i.test(env.HF_HUB_OFFLINE ?? ''),
    cache: env.HF_HUB_CACHE ?? env.HUGGINGFACE_HUB_CACHE ?? join(home, 'hub'),
  };
}
