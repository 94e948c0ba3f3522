// Writes the types of photoguard/client; see client-types.ts.
import { renameSync, writeFileSync } from 'node:fs';
import { print } from '@photoguard/terminal';
import { CLIENT_TYPES, clientTypes } from './client-types.ts';
import { tinyService } from './tiny-service.ts';

const service = await tinyService();
try {
  writeFileSync(`${CLIENT_TYPES}.new`, await clientTypes(service));
  renameSync(`${CLIENT_TYPES}.new`, CLIENT_TYPES);
  print(`${CLIENT_TYPES} written`);
} finally {
  await service.close();
}
