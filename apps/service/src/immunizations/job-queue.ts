// The queue as whoever adds to it sees it; queue.ts is what hands them out.
import type { Sql } from '../database/database.ts';

/** Takes immunizations to be done, and messages to be sent. */
export interface JobQueue {
  /** Adds one within the transaction that adds its row. */
  add(sql: Sql, id: string): Promise<void>;
  /** Adds a message to a webhook. */
  deliver(sql: Sql, id: string): Promise<void>;
  /** Takes out one that has not begun. */
  cancel(id: string): Promise<void>;
}
