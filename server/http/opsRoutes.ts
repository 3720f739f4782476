// For operators and other services: liveness, readiness, metrics, and the public keys of the tokens.
import { Router } from 'express';
import type { HttpDependencies } from './dependencies.ts';
import { requireReader } from './metricsReader.ts';

const JWKS_MAX_AGE_SECONDS = 300;

export function opsRoutes({ tokens, metrics, readiness, metricsToken }: HttpDependencies): Router {
  const router = Router();
  router.use((_request, response, next) => {
    response.locals['route'] = 'ops';
    next();
  });
  router.get('/healthz', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ alive: true });
  });
  router.get('/readyz', (_request, response) => {
    const { isDraining, hasWorker } = readiness();
    const ready = hasWorker && !isDraining;
    response
      .status(ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({ ready, isDraining, hasWorker });
  });
  router.get('/metrics', async (request, response) => {
    requireReader(request, metricsToken);
    const { text, contentType } = await metrics.expose();
    response.set('Cache-Control', 'no-store').type(contentType).send(text);
  });
  router.get('/.well-known/jwks.json', (_request, response) => {
    response.set('Cache-Control', `public, max-age=${JWKS_MAX_AGE_SECONDS}`).json(tokens.jwks());
  });
  return router;
}
