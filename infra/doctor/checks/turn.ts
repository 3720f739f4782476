// The relays that browsers are told: one allocation at each, with the credentials that the server gave for it.
import type { IceServer } from '#protocol/media';
import { reachOf } from '../../../server/util/addressReach.ts';
import { askTurn, parseTurnUrl, type TurnAnswer } from '../askTurn.ts';
import { found, type Finding } from '../findings.ts';
import type { Patient } from '../Patient.ts';

export async function checkTurn({ origin }: Patient, iceServers: readonly IceServer[]): Promise<Finding[]> {
  const asked = iceServers.flatMap(({ urls, username = '', credential = '' }) =>
    [urls].flat().flatMap((url) => {
      const address = parseTurnUrl(url);
      return address === null ? [] : [{ url, answer: askTurn(address, { username, credential }) }];
    }),
  );
  if (asked.length === 0) return [found(reachOf(new URL(origin).hostname) === 'loopback' ? 'turn.local' : 'turn.none')];
  return Promise.all(asked.map(async ({ url, answer }) => judge(url, await answer)));
}

function judge(url: string, answer: TurnAnswer): Finding {
  switch (answer.state) {
    case 'allocated':
      return found('turn.ok', { url });
    case 'refused':
      return found('turn.refused', { url });
    case 'failed':
      return found('turn.failed', { url, error: answer.code });
    case 'silent':
      return found('turn.silent', { url, why: answer.why });
  }
}
