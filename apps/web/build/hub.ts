// The hub whose models the page offers, as the module `virtual:hub`: hub.json, or the file that PHOTOGUARD_PAGE_HUB names (a
// mirror). Sizes and hashes are those of the page's build, so the hub is asked for the weights alone.
//
// The page's own policy never allows it to ask a hub. One worker may, which is only started when somebody clicks on a model;
// it has its own policy, so its file is served with other headers.
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const NAME = 'virtual:hub';
const RESOLVED = `\0${NAME}`;
/** The file of the worker that may ask the hub. */
export const HUB_WORKER = /(^|\/)hub-worker-[^/]*\.js$/;

interface Hub {
  readonly origin: string;
  /** All that it may send downloads to. */
  readonly hosts: readonly string[];
}

const text = (): string =>
  readFileSync(process.env.PHOTOGUARD_PAGE_HUB ?? new URL('hub.json', import.meta.url), 'utf8');

/** The policy of that worker. */
export function hubPolicy(): string {
  const { hosts } = JSON.parse(text()) as Hub;
  return `default-src 'none'; script-src 'self'; connect-src ${hosts.join(' ')}`;
}

/** See the head of this file. */
export function hub(): Plugin {
  return {
    name: 'hub',
    resolveId: (id) => (id === NAME ? RESOLVED : undefined),
    load: (id) => (id === RESOLVED ? `export const HUB = ${text()};` : undefined),
  };
}
