// The built pages: one document for every screen of rooms, one for watching, one for feeds, one for whoever runs the server, and their files, whose hashed names let browsers keep them for good.
import { join } from 'node:path';
import { Router, type NextFunction, type Response } from 'express';
import { EMBED_PATH } from '#protocol/http';
import { shareWithEmbedders } from './apiGuards.ts';
import { builtFiles } from './builtFiles.ts';
import type { HttpDependencies } from './dependencies.ts';

/** Home, a meeting's link, what is protected; the rest of a link stands in the fragment and never gets here. */
const SCREENS = ['/', '/r/:roomId', '/protect'];
/** A watch link: an audience loads nothing of the meeting. */
const WATCH_SCREEN = '/w/:roomId';
/** A feed link: the program alone, for the machines of a production. */
const FEED_SCREEN = '/f/:roomId';

/** For whoever runs the server, where they set a token for it; elsewhere there is no such page. */
const ADMIN_SCREEN = '/admin';

/** What the build lists of itself, with the hash of every file (client/build). */
const BUILD_MANIFEST = '/.well-known/conclave-build.json';

/** Browsers that know it load no script of the page without a hash; styles not all of them can be told about. */
const INTEGRITY_POLICY = 'blocked-destinations=(script)';

type PageDependencies = Pick<HttpDependencies, 'clientDir' | 'origins' | 'admin'>;

export function pageRoutes({ clientDir, origins, admin }: PageDependencies): Router {
  const router = Router();
  router.use((_request, response, next) => {
    response.locals['route'] = 'page';
    next();
  });
  // Only where somebody may embed it; elsewhere there is no such page.
  if (origins.embedOrigins.length > 0)
    router.get(EMBED_PATH, (_request, response, next) => sendScreen(clientDir, response, next));
  router.get(SCREENS, (_request, response, next) => sendScreen(clientDir, response, next));
  router.get(WATCH_SCREEN, (_request, response, next) => sendScreen(clientDir, response, next, 'watch.html'));
  router.get(FEED_SCREEN, (_request, response, next) => sendScreen(clientDir, response, next, 'feed.html'));
  if (admin !== null) {
    router.get(ADMIN_SCREEN, (_request, response, next) => sendScreen(clientDir, response, next, 'admin.html'));
  }
  router.get(BUILD_MANIFEST, (_request, response, next) => {
    sendBuilt(BUILD_MANIFEST.slice(1), clientDir, response, next);
  });
  const hashed = { immutable: true, maxAge: '1y' } as const;
  router.use('/sdk', shareWithEmbedders(origins));
  router.use('/sdk/assets', builtFiles(join(clientDir, 'sdk', 'assets'), hashed));
  router.use('/assets', builtFiles(join(clientDir, 'assets'), hashed));
  router.use(builtFiles(clientDir, { maxAge: 0 }));
  router.get('/*path', (request, response, next) => {
    // A person who mistyped an address is shown the way home; whatever else asks gets the wire's error.
    if (request.get('sec-fetch-mode') !== 'navigate') return next();
    response.status(404);
    return sendScreen(clientDir, response, next);
  });
  return router;
}

function sendScreen(clientDir: string, response: Response, next: NextFunction, document = 'index.html'): void {
  response.set('Integrity-Policy', INTEGRITY_POLICY);
  sendBuilt(document, clientDir, response, next);
}

/** Never stored: what a new build changes is to be seen at once. */
function sendBuilt(file: string, clientDir: string, response: Response, next: NextFunction): void {
  response.set('Cache-Control', 'no-store');
  response.sendFile(file, { root: clientDir, cacheControl: false, dotfiles: 'allow' }, (error?: Error) => {
    if (error === undefined || response.headersSent || isAborted(error)) return;
    if (isMissing(error)) sendNotBuilt(response);
    else next(error);
  });
}

const isMissing = (error: Error): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Whoever asked has gone: nobody to answer, and nothing of ours that failed. */
const isAborted = (error: Error): boolean => (error as NodeJS.ErrnoException).code === 'ECONNABORTED';

function sendNotBuilt(response: Response): void {
  response.status(503).type('text').send('The page is not built. Run: npm run build\n');
}
