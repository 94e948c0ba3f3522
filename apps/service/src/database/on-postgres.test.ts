// That the second run of the service's tests is one on PostgreSQL, or that there was none.
import { expect, it } from 'vitest';
import { findPostgres } from '../../../../tests/service/databases.ts';
import { tinyService } from '../testing/tiny-service.ts';

it.skipIf(!findPostgres())("runs the service's tests once more, on PostgreSQL", async () => {
  const { database, close } = await tinyService();
  const [{ version } = {}] = await database.query<{ version: string }>('select version()');
  await close();
  expect(version).toMatch(/^PostgreSQL \d+/);
  expect(database.alone).toBe(false);
});
