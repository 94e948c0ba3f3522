// An editing service behind the gate: it asks a PhotoGuard service (docs/service.md) before it edits a photo, and does not edit
// where the answer is no, nor where there is none. The editor is the embedded one.
//
//   SERVICE_URL=http://localhost:8080 SERVICE_KEY=pg_... node examples/gated-editor.ts
//   curl --data-binary @photo.png 'http://localhost:8090/edit?prompt=a+red+hat' -o edited.png
//
// 200: a PNG. 451: its owner does not want it edited; the body has the reasons. 503: nobody could be asked.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createClient, form, type ServiceClient } from 'photoguard/client';
import { Editor, seededNoise } from 'photoguard/editing';
import { PhotoGuardError } from 'photoguard/errors';
import { decodePhoto, encodePhoto, toPixels8 } from 'photoguard/image/node';
import { loadPipeline, resolveModel } from 'photoguard/models/node';
import { openRuntime } from 'photoguard/runtime/node';
import { fitSize, seenPixels } from 'photoguard/view';

const MOST_BYTES = 32 * 2 ** 20;
const MOST_PIXELS = 50_000_000;

/** A running editor. */
export interface GatedEditor {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the editor. @param steps denoising steps of an edit */
export async function startGatedEditor(service: ServiceClient, port = 0, steps = 25): Promise<GatedEditor> {
  const pipeline = await loadPipeline((await resolveModel('mini', { wanted: 'pipeline' })).folder, 'mini');
  const runtime = await openRuntime();

  const edit = async (photo: Uint8Array, prompt: string): Promise<Uint8Array> => {
    const { pixels } = await decodePhoto(photo, { limitPixels: MOST_PIXELS });
    const size = fitSize(pixels.width, pixels.height, `fit:${pipeline.trainedSide}`, pipeline.autoencoder.factor);
    const editor = new Editor(pipeline, size, runtime);
    try {
      const prepared = await editor.prepare({ prompt, steps, guidance: 3, noise: seededNoise(1) });
      const { image } = await editor.edit(prepared, seenPixels(pixels, size));
      return (await encodePhoto(toPixels8(image), 'png')).bytes;
    } finally {
      await editor.release();
    }
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const json = (status: number, body: object): void =>
      void response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (request.method !== 'POST' || pathname !== '/edit') return json(404, { error: 'POST /edit?prompt=' });
    const photo = await read(request);
    if (!photo) return json(413, { error: 'the photo is too large' });
    const asked = await service
      .POST('/v1/edit-permission', { body: { photo: new Blob([photo]) }, bodySerializer: form })
      .catch(() => undefined);
    if (!asked || asked.response.status >= 500) return json(503, { error: 'nobody could be asked; try again' });
    if (!asked.data) return json(asked.response.status === 422 ? 422 : 503, { error: 'the photo could not be judged' });
    const { permission, reasons } = asked.data;
    // Most photos are unknown to everybody; a stricter editor edits only what is allowed.
    if (permission === 'refused') return json(451, { permission, reasons });
    const edited = await edit(photo, searchParams.get('prompt') ?? '');
    response.writeHead(200, { 'Content-Type': 'image/png' }).end(edited);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const status = error instanceof PhotoGuardError ? 422 : 500;
      response
        .writeHead(status, { 'Content-Type': 'application/json' })
        .end('{"error":"the photo could not be edited"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: async () => {
      await closed(server);
      await runtime.close();
    },
  };
}

async function read(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MOST_BYTES) return undefined;
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { SERVICE_URL = 'http://localhost:8080', SERVICE_KEY = '', PORT = '8090' } = process.env;
  const { url } = await startGatedEditor(createClient(SERVICE_URL, SERVICE_KEY), Number(PORT));
  console.log(`edits at ${url}/edit?prompt=, if ${SERVICE_URL} does not refuse`);
}
