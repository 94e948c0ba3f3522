// The type of the app, which routes are added to.
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Variables } from './caller.ts';

/** An app of this service. */
export type App = OpenAPIHono<{ Variables: Variables }>;
