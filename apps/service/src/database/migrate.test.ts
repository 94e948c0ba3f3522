// Tables on PostgreSQL where several processes start at the same time.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findPostgres, type PostgresServer, startPostgres } from '../../../../tests/service/databases.ts';
import { migrate } from './migrate.ts';
import { openPostgres } from './postgres.ts';

const programs = findPostgres();
let server: PostgresServer | undefined;
beforeAll(async () => {
  if (programs) server = await startPostgres(programs);
});
afterAll(() => server?.stop());

it.skipIf(programs === undefined)('are made once, whichever process starts first, and not again later', async () => {
  const url = server!.make('migrate');
  const databases = Array.from({ length: 5 }, () => openPostgres(url));
  const steps = () => databases[0]!.query('select step from photoguard.steps order by step');
  try {
    await Promise.all(databases.map(migrate));
    const made = await steps();
    expect(made.length).toBeGreaterThan(0);
    expect(made).toEqual(made.map((_, step) => ({ step })));
    await migrate(databases[1]!);
    expect(await steps()).toEqual(made);
  } finally {
    await Promise.all(databases.map((database) => database.close()));
  }
});
