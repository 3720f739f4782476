// For pages that embed ours: who may, and the SDK that they load from here.
import { Router } from 'express';
import { type EmbedAnswer } from '#protocol/http';
import type { HttpDependencies } from './dependencies.ts';

export function embedRoutes({ origins }: Pick<HttpDependencies, 'origins'>): Router {
  const router = Router();
  router.get('/api/embed', (_request, response) => {
    response.locals['route'] = 'embed';
    const data: EmbedAnswer = { origins: [...origins.embedOrigins] };
    response.json({ ok: true, data });
  });
  return router;
}
