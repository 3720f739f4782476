// Files of the built page: as they are, or the compressed copy that the build laid beside them, to whoever takes that.
import express, { type RequestHandler, type Response } from 'express';

/** Of what the build makes copies of (client/build/compressFiles.ts). */
const HAS_COPIES = /\.(js|css|svg|wasm)$/;
/** The smaller first. */
const ENCODINGS = ['br', 'gzip'] as const;
const ENDINGS = { br: '.br', gzip: '.gz' } as const;
/** They are the same file in other words, and have no address of their own. */
const IS_COPY = /\.(br|gz)$/;

export interface BuiltFilesOptions {
  maxAge: string | number;
  immutable?: boolean;
}

/** Passes on to the next handler what is not there. A copy has another ETag than its file, and caches are told what they differ by. */
export function builtFiles(folder: string, options: BuiltFilesOptions): RequestHandler {
  const serve = express.static(folder, { index: false, fallthrough: true, ...options, setHeaders: describeCopy });
  return (request, response, next) => {
    const { url, path } = request;
    if (IS_COPY.test(path)) return next();
    if (!HAS_COPIES.test(path)) return serve(request, response, next);
    response.vary('Accept-Encoding');
    const encoding = ENCODINGS.find((one) => request.acceptsEncodings(one));
    if (encoding === undefined) return serve(request, response, next);
    request.url = path + ENDINGS[encoding];
    serve(request, response, (error?: unknown) => {
      request.url = url;
      if (error !== undefined) return next(error);
      serve(request, response, next);
    });
  };
}

/** Called for what is really sent. */
function describeCopy(response: Response, file: string): void {
  const encoding = ENCODINGS.find((one) => file.endsWith(ENDINGS[one]));
  if (encoding === undefined) return;
  response.set('Content-Encoding', encoding);
  response.type(file.slice(0, -ENDINGS[encoding].length).replace(/^.*\./, '.'));
}
