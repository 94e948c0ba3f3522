/*
 * The client room: asks a PhotoGuard service (docs/service.md), with types made from the service's own description
 * (api.gen.ts). It sends requests by openapi-fetch, in Node and in pages.
 *
 *     const service = createClient('http://localhost:8080', key);
 *     const { data, error } = await service.POST('/v1/edit-permission', { body: { photo }, bodySerializer: form });
 */
import openapiFetch, { type Client } from 'openapi-fetch';
import type { paths } from './api.gen.ts';

export type { components, paths } from './api.gen.ts';

/** A client: a method for each of HTTP's, with the service's paths. Each gives `data`, or `error`, and the `response`. */
export type ServiceClient = Client<paths>;

/**
 * A client of a service.
 * @param url address of the service, such as `http://localhost:8080`
 * @param key its API key
 * @param send what sends requests; `fetch` by default
 */
export const createClient = (
  url: string,
  key: string,
  send: (request: Request) => Promise<Response> = (request) => fetch(request),
): ServiceClient => openapiFetch<paths>({ baseUrl: url, fetch: send, headers: { Authorization: `Bearer ${key}` } });

/** Writes the body of a call that takes a form, which are those with a photo: give it as `bodySerializer`. */
export function form(fields: Readonly<Record<string, unknown>>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields))
    if (value instanceof Blob) data.set(name, value, name);
    else if (value !== undefined) data.set(name, String(value));
  return data;
}
