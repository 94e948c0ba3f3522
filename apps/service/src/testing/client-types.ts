// The types of photoguard/client, made from the service's own description. A test compares them with the file there;
// `node --conditions=source apps/service/src/testing/write-client.ts` writes it.
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import type { TinyService } from './tiny-service.ts';

/** The file that they are in. */
export const CLIENT_TYPES = fileURLToPath(
  new URL('../../../../packages/photoguard/src/client/api.gen.ts', import.meta.url),
);

const HEAD = `// What the service answers to, by path and method. Generated from its description (apps/service/src/testing/client-types.ts), in one file however long: types alone, of which nothing is left when it is compiled.
`;
const DOCBLOCKS = {
  paths: 'Calls by path and method.',
  webhooks: 'Calls of the service to others.',
  components: 'Shapes that several calls share.',
  $defs: 'Definitions of JSON Schema.',
  operations: 'Calls by name.',
};

/** Makes the text of the file. */
export async function clientTypes({ app }: TinyService): Promise<string> {
  const document = await (await app.request('/openapi.json')).json();
  const blob = ts.factory.createTypeReferenceNode('Blob');
  const nodes = await openapiTS(document as Parameters<typeof openapiTS>[0], {
    transform: ({ format }) => (format === 'binary' ? blob : undefined),
    alphabetize: true,
  });
  return Object.entries(DOCBLOCKS).reduce(
    (text, [name, about]) =>
      text.replace(new RegExp(`^export (interface|type) ${name.replace('$', '\\$')}\\b`, 'm'), `/** ${about} */\n$&`),
    HEAD + astToString(nodes),
  );
}
