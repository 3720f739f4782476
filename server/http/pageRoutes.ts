// The built page: one document for every screen, and its files, whose hashed names let browsers keep them for good.
import { join } from 'node:path';
import express, { Router, type Response } from 'express';
import type { HttpDependencies } from './dependencies.ts';

/** Home, a meeting's link, a watch link; the rest of a link stands in the fragment and never gets here. */
const SCREENS = ['/', '/r/:roomId', '/w/:roomId'];

export function pageRoutes({ clientDir }: Pick<HttpDependencies, 'clientDir'>): Router {
  const router = Router();
  router.use((_request, response, next) => {
    response.locals['route'] = 'page';
    next();
  });
  router.get(SCREENS, (_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    response.sendFile('index.html', { root: clientDir, cacheControl: false }, (error?: Error) => {
      if (error === undefined || response.headersSent || isAborted(error)) return;
      if (isMissing(error)) sendNotBuilt(response);
      else next(error);
    });
  });
  const hashed = { index: false, immutable: true, maxAge: '1y', fallthrough: true } as const;
  router.use('/assets', express.static(join(clientDir, 'assets'), hashed));
  router.use(express.static(clientDir, { index: false, maxAge: 0, fallthrough: true }));
  return router;
}

const isMissing = (error: Error): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Whoever asked has gone: nobody to answer, and nothing of ours that failed. */
const isAborted = (error: Error): boolean => (error as NodeJS.ErrnoException).code === 'ECONNABORTED';

function sendNotBuilt(response: Response): void {
  response.status(503).type('text').send('The page is not built. Run: npm run build\n');
}
