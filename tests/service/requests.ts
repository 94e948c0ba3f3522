// Requests of tests.
import type { Running } from './running.ts';

/** A small immunization: ten gradients of the embedded model at 64x64. With one the test's photo is not protected. */
export const SMALLEST = { model: 'mini', steps: 10, size: '64x64' };

/** One that takes long enough to be interrupted. */
export const LONG = { model: 'mini', steps: 2000, size: '256x256' };

/** A form of fields and files. */
export function form(fields: Readonly<Record<string, string | Uint8Array>>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields))
    if (typeof value === 'string') data.set(name, value);
    else data.set(name, new Blob([new Uint8Array(value)]));
  return data;
}

/** What is shown of an immunization. */
export interface Shown {
  readonly id: string;
  readonly state: string;
  readonly progress: { readonly done?: number; readonly all?: number } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** Asks for an immunization. @returns its id */
export async function immunize(
  service: Running,
  photo: Uint8Array,
  options: object = SMALLEST,
  headers: Record<string, string> = {},
): Promise<string> {
  const body = form({ photo, options: JSON.stringify(options) });
  const response = await service.call('/v1/immunizations', { method: 'POST', body, headers });
  if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
  return ((await response.json()) as Shown).id;
}

/** Waits until an immunization is as wanted. */
export async function waitFor(service: Running, id: string, wanted: (shown: Shown) => boolean): Promise<Shown> {
  for (;;) {
    const shown = (await (await service.call(`/v1/immunizations/${id}`)).json()) as Shown;
    if (wanted(shown)) return shown;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Waits until it has ended. */
export const ended = (service: Running, id: string): Promise<Shown> =>
  waitFor(service, id, ({ state }) => state !== 'queued' && state !== 'running');
