// Bodies of requests and answers, as routes declare them for the OpenAPI document.
import { z } from '@hono/zod-openapi';

/** An answer in JSON. */
export const jsonAnswer = <T extends z.ZodType>(description: string, schema: T) => ({
  description,
  content: { 'application/json': { schema } },
});

/** A request's body in JSON. */
export const jsonBody = <T extends z.ZodType>(schema: T) => ({
  required: true,
  content: { 'application/json': { schema } },
});

/** A request's body that is a form of fields and files. */
export const formBody = <T extends z.ZodRawShape>(fields: T) => ({
  required: true,
  content: { 'multipart/form-data': { schema: z.object(fields) } },
});

/** Bytes of some type. */
export const bytesOf = (type: string) => ({ [type]: { schema: z.string().openapi({ format: 'binary' }) } });
