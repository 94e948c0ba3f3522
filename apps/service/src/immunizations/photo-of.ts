// The photo of a request for an immunization: the file in it, or an object that its tenant put into the store.
import { z } from '@hono/zod-openapi';
import { checkPhoto, readPhoto } from '../http/photo.ts';
import { Problem } from '../http/problem.ts';
import type { Caller } from '../keys/api-key.ts';
import { INCOMING } from '../objects/object-store.ts';
import type { Service } from '../service.ts';

/** The field of a form that names an object. */
export const OBJECT = z
  .string()
  .regex(INCOMING, 'expected incoming/<tenant>/<name>')
  .openapi({ description: 'Instead of `photo`: the key of an object in the store', example: 'incoming/acme/1.jpg' });

/**
 * Its bytes, checked by its header. An object is copied: it stays as it is, and what happens to it later changes nothing.
 * @throws Problem 400 for both or neither, 404 if there is no such object of the tenant, 413, 422
 */
export async function photoOf(
  { objects, settings }: Pick<Service, 'objects' | 'settings'>,
  { tenant }: Pick<Caller, 'tenant'>,
  { photo, object }: { readonly photo?: File | undefined; readonly object?: string | undefined },
): Promise<Uint8Array> {
  if ((photo === undefined) === (object === undefined)) throw new Problem(400, 'request', 'give a photo or an object');
  if (photo) return readPhoto(photo, settings.maxPixels);
  if (!objects.incoming) throw new Problem(400, 'object', 'this service has no object store; send the photo');
  const isOwn = INCOMING.exec(object!)?.[1] === tenant;
  const bytes = isOwn ? await objects.incoming(object!, settings.maxBody) : undefined;
  if (!bytes) throw new Problem(404, 'object', `there is no such object under incoming/${tenant}/`);
  if (bytes === 'too large') throw new Problem(413, 'too-large', `a photo may have at most ${settings.maxBody} bytes`);
  return checkPhoto(bytes, settings.maxPixels);
}
