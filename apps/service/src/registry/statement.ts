// What the owner of a photo says about it.
import { z } from '@hono/zod-openapi';

/** The shape of a statement. */
export const STATEMENT = z
  .strictObject({
    editing: z
      .enum(['notAllowed', 'allowed'])
      .default('notAllowed')
      .openapi({ description: 'Whether it may be edited by models' }),
    training: z
      .enum(['notAllowed', 'allowed'])
      .default('notAllowed')
      .openapi({ description: 'Whether models may be trained on it' }),
    contact: z.string().max(200).optional().openapi({ description: 'Who to ask: an address of mail or of a page' }),
  })
  .openapi('Statement');

/** A statement. */
export type Statement = z.infer<typeof STATEMENT>;
