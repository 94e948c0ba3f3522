// An immunization as answers show it.
import { z } from '@hono/zod-openapi';
import { type Immunization, STATES } from './immunization.ts';

/** The shape of an immunization in answers. */
export const SHOWN = z
  .object({
    id: z.uuid(),
    state: z.enum(STATES),
    progress: z
      .object({ doing: z.string(), done: z.int(), all: z.int(), seconds: z.number() })
      .partial()
      .nullable()
      .openapi({ description: 'While running: what is done to the photo, or how many gradients of all' }),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    created: z.iso.datetime(),
    started: z.iso.datetime().nullable(),
    finished: z.iso.datetime().nullable(),
  })
  .openapi('Immunization');

/** A row as it is shown. */
export const shown = ({
  id,
  state,
  progress,
  error,
  created,
  started,
  finished,
}: Immunization): z.infer<typeof SHOWN> => ({
  ...{ id, state, progress: state === 'running' ? progress : null, error },
  created: created.toISOString(),
  started: started?.toISOString() ?? null,
  finished: finished?.toISOString() ?? null,
});

/** Whether it will not change any more. */
export const hasEnded = ({ state }: Pick<Immunization, 'state'>): boolean => state !== 'queued' && state !== 'running';
