// Files on their way through the server, for members of the Room's group: tus 1.0 upwards, ranges downwards. Nothing but sizes is seen.
import { Router, type Request, type RequestHandler, type Response } from 'express';
import * as v from 'valibot';
import { ProtocolError } from '#protocol/errors';
import { UPLOAD_KEY_HEADER } from '#protocol/http';
import { FileId, Key32, RoomId } from '#protocol/ids';
import { FILE_CALLS_PER_ADDRESS, FILES_PER_ADDRESS } from '#protocol/limits';
import type { FileRelay } from '../files/createFileRelay.ts';
import { RateLimit } from '../util/RateLimit.ts';
import { addressOf, requireWelcomeOrigin, shareWithEmbedders, takePoint, type Sharing } from './apiGuards.ts';
import type { HttpDependencies } from './dependencies.ts';

/** Whatever of tus could tell the server about a file but its size. */
const REFUSED_HEADERS = ['upload-metadata', 'upload-defer-length', 'upload-concat', 'x-http-method-override'];
/** All that the calls of section 9 are made of, and no more. */
const SHARING: Sharing = {
  methods: 'GET, HEAD, POST, PATCH, DELETE',
  headers: `authorization, content-type, range, tus-resumable, upload-length, upload-offset, ${UPLOAD_KEY_HEADER.toLowerCase()}`,
  exposed: 'Location, Upload-Length, Upload-Offset, Content-Range',
};
const Size = v.pipe(v.string(), v.regex(/^[1-9]\d{0,14}$/), v.transform(Number));
const RangeFrom = v.pipe(v.optional(v.string(), 'bytes=0-'), v.regex(/^bytes=\d{1,15}-$/));

export function fileRoutes(dependencies: HttpDependencies & { files: FileRelay }): Router {
  const { files, directory, origins } = dependencies;
  const router = Router();
  const creations = new RateLimit(FILES_PER_ADDRESS);
  const all = '/api/rooms/:roomId/files';
  const one = `${all}/:fileId`;
  router.use([all, one], ...guards(dependencies));
  router.get(all, (_request, response) => {
    response.json({ ok: true, data: files.shelf.limitsOf(generationOf(response)) });
  });
  router.post(all, async (request, response) => {
    if (directory.isDraining) throw new ProtocolError('draining', 'this server is going down');
    await takePoint(creations, addressOf(request, origins));
    const size = parse(Size, request.get('upload-length'), 'Upload-Length');
    const uploadKey = parse(Key32, request.get(UPLOAD_KEY_HEADER), UPLOAD_KEY_HEADER);
    if (request.get('content-type') !== undefined) throw new ProtocolError('bad_request', 'no body here');
    await files.requireDisk(size);
    const id = files.shelf.reserve(generationOf(response), size, uploadKey);
    await files.create(request, response, { id, location: `${request.path.replace(/\/$/, '')}/${id}` });
  });
  // HEAD before GET, which express would answer it with.
  router.head(one, (request, response) => passToTus(files, request, response));
  router.patch(one, (request, response) => passToTus(files, request, response));
  router.delete(one, (request, response) => passToTus(files, request, response));
  router.get(one, (request, response) => download(files, request, response));
  return router;
}

const generationOf = (response: Response): string => String(response.locals['generation']);

function guards({ directory, tokens, origins }: HttpDependencies): RequestHandler[] {
  const calls = new RateLimit(FILE_CALLS_PER_ADDRESS);
  const limit: RequestHandler = async (request, response, next) => {
    response.locals['route'] = 'files';
    response.set('Cache-Control', 'no-store');
    await takePoint(calls, addressOf(request, origins));
    next();
  };
  const authorize: RequestHandler = async (request, response, next) => {
    const token = /^Bearer ([\w.-]{1,4096})$/.exec(request.get('authorization') ?? '')?.[1];
    if (token === undefined) throw new ProtocolError('unauthorized', 'no token');
    const admission = await tokens.verifyAccess(token);
    if (admission.roomId !== parse(RoomId, request.params['roomId'], 'roomId')) {
      throw new ProtocolError('forbidden', 'the token is for another room');
    }
    directory.get(admission.roomId, admission.generation).requireMember(admission);
    response.locals['generation'] = admission.generation;
    next();
  };
  const refuseWords: RequestHandler = (request, _response, next) => {
    const told = REFUSED_HEADERS.find((name) => request.get(name) !== undefined);
    next(told === undefined ? undefined : new ProtocolError('bad_request', `${told} is not taken`));
  };
  return [limit, shareWithEmbedders(origins, SHARING), requireWelcomeOrigin(origins), authorize, refuseWords];
}

async function passToTus(files: FileRelay, request: Request<{ fileId: string }>, response: Response): Promise<void> {
  const id = parse(FileId, request.params.fileId, 'fileId');
  const uploadKey = parse(Key32, request.get(UPLOAD_KEY_HEADER), UPLOAD_KEY_HEADER);
  files.shelf.requireSender(generationOf(response), id, uploadKey);
  if (request.method === 'PATCH') {
    const offset = request.get('upload-offset');
    parse(v.pipe(v.string(), v.regex(/^\d{1,15}$/)), offset, 'Upload-Offset');
    if (request.get('upload-length') !== undefined) throw new ProtocolError('bad_request', 'the size stands');
  }
  await files.handle(request, response);
}

async function download(files: FileRelay, request: Request<{ fileId: string }>, response: Response): Promise<void> {
  const id = parse(FileId, request.params.fileId, 'fileId');
  const { size } = files.shelf.require(generationOf(response), id);
  const from = Number(parse(RangeFrom, request.get('range'), 'Range').slice('bytes='.length, -1));
  if (from >= size) throw new ProtocolError('bad_request', 'Range begins behind the end');
  const isWhole = files.shelf.progressOf(id)?.readable === size;
  response.status(206).set({
    'Content-Type': 'application/octet-stream',
    'Content-Range': `bytes ${from}-${size - 1}/${size}`,
    'Content-Disposition': 'attachment',
    // One that grows may end early, so its length is not promised.
    ...(isWhole && { 'Content-Length': String(size - from) }),
  });
  response.flushHeaders();
  await files.pour(response, id, from);
}

/** @throws ProtocolError `bad_request`; names the field and never what stood in it */
function parse<Schema extends v.GenericSchema>(schema: Schema, value: unknown, name: string): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) throw new ProtocolError('bad_request', `${name} is not right`);
  return parsed.output;
}
