// Server-sent events of an immunization: one whenever its state or progress has changed, until it has ended. Looks into the
// database, since another process may be at the work.
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Immunization } from './immunization.ts';
import { hasEnded, shown } from './shown.ts';

const LOOK_MS = 500;
/** A comment now and then keeps proxies from closing the connection. */
const QUIET_MS = 15_000;

/** Streams the changes of a row. @param look gives the row, or undefined once it is deleted */
export const streamEvents = (c: Context, look: () => Promise<Immunization | undefined>): Response =>
  streamSSE(c, async (stream) => {
    let last = '';
    let told = Date.now();
    while (!stream.aborted && !stream.closed) {
      const row = await look();
      if (!row) return stream.writeSSE({ event: 'deleted', data: '{}' });
      const data = JSON.stringify(shown(row));
      if (data !== last) {
        await stream.writeSSE({ event: 'state', data });
        told = Date.now();
      } else if (Date.now() - told > QUIET_MS) {
        await stream.write(': still here\n\n');
        told = Date.now();
      }
      last = data;
      if (hasEnded(row)) return;
      await stream.sleep(LOOK_MS);
    }
  });
