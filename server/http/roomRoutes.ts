// POST /api/rooms: makes a Room from the verifiers of its links and hands its maker the host's token.
import { Router } from 'express';
import { CreateRoomBody, type CreateRoomAnswer } from '#protocol/http';
import { ROOMS_PER_ADDRESS, ROOMS_PER_ADDRESS_AND_DAY } from '#protocol/limits';
import { RateLimit } from '../util/RateLimit.ts';
import { addressOf, parseBody, takePoint } from './apiGuards.ts';
import type { HttpDependencies } from './dependencies.ts';

export function roomRoutes({ directory, tokens, origins }: HttpDependencies): Router {
  const router = Router();
  const limits = [new RateLimit(ROOMS_PER_ADDRESS), new RateLimit(ROOMS_PER_ADDRESS_AND_DAY)];
  router.post('/api/rooms', async (request, response) => {
    response.locals['route'] = 'rooms';
    for (const limit of limits) await takePoint(limit, addressOf(request, origins));
    const { roomId, verifiers } = parseBody(CreateRoomBody, request.body);
    const room = await directory.create(roomId, verifiers);
    const { token, expiresAtMs } = await tokens.issueHost({ roomId, generation: room.generation });
    const data: CreateRoomAnswer = { roomId, hostToken: token, expiresAtMs };
    response.status(201).json({ ok: true, data });
  });
  return router;
}
