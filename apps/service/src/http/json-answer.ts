// An answer in JSON, as routes declare it.
import type { z } from '@hono/zod-openapi';

/** A response of a schema, for the OpenAPI document. */
export const jsonAnswer = <T extends z.ZodType>(description: string, schema: T) => ({
  description,
  content: { 'application/json': { schema } },
});
