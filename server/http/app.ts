// The HTTP side of the server: guards, routes and errors, in the order in which a request meets them.
import express, { type Express, type RequestHandler } from 'express';
import { ProtocolError } from '#protocol/errors';
import { HTTP_CALLS_PER_ADDRESS, MAX_HTTP_BODY_BYTES } from '#protocol/limits';
import type { Metrics } from '../observability/metrics.ts';
import type { OriginRules } from '../util/origin.ts';
import { RateLimit } from '../util/RateLimit.ts';
import { adminRoutes, noteProxies } from './adminRoutes.ts';
import { addressOf, requireWelcomeOrigin, shareWithEmbedders, takePoint } from './apiGuards.ts';
import { embedRoutes } from './embedRoutes.ts';
import type { FileRelay } from '../files/createFileRelay.ts';
import type { HttpDependencies } from './dependencies.ts';
import { handleErrors } from './errorStatus.ts';
import { fileRoutes } from './fileRoutes.ts';
import { opsRoutes } from './opsRoutes.ts';
import { pageRoutes } from './pageRoutes.ts';
import { roomRoutes } from './roomRoutes.ts';
import { securityHeaders } from './securityHeaders.ts';
import { tokenRoutes } from './tokenRoutes.ts';

export function createHttpApp(dependencies: HttpDependencies & { files: FileRelay }): Express {
  const { metrics, origins, admin } = dependencies;
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', false);
  app.use(countRequests(metrics), ...securityHeaders(origins));
  if (admin !== null) app.use(noteProxies(admin));
  app.use(opsRoutes(dependencies));
  // Their calls are many and large, so they are counted apart from the API's.
  app.use(fileRoutes(dependencies));
  app.use('/api', ...apiGuards(origins));
  if (admin !== null) app.use(adminRoutes(admin, origins));
  app.use(roomRoutes(dependencies), tokenRoutes(dependencies), embedRoutes(dependencies));
  app.use('/api', () => {
    throw new ProtocolError('not_found', 'no such call');
  });
  app.use(pageRoutes(dependencies));
  app.use(() => {
    throw new ProtocolError('not_found', 'no such page');
  });
  app.use(handleErrors(dependencies));
  return app;
}

function apiGuards(origins: OriginRules): RequestHandler[] {
  const calls = new RateLimit(HTTP_CALLS_PER_ADDRESS);
  const limit: RequestHandler = async (request, response, next) => {
    response.locals['route'] = 'api';
    response.set('Cache-Control', 'no-store');
    await takePoint(calls, addressOf(request, origins));
    next();
  };
  return [
    limit,
    shareWithEmbedders(origins),
    requireWelcomeOrigin(origins),
    express.json({ limit: MAX_HTTP_BODY_BYTES, strict: true }),
  ];
}

/** Routes are counted by a name of ours, never by the path that was asked. */
function countRequests(metrics: Metrics): RequestHandler {
  return (_request, response, next) => {
    response.on('finish', () => {
      const route: unknown = response.locals['route'];
      metrics.countHttp(typeof route === 'string' ? route : 'other', response.statusCode);
    });
    next();
  };
}
