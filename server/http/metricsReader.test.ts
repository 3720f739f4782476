// Whom /metrics is told to.
import { expect, test } from 'vitest';
import { requireReader } from './metricsReader.ts';

const TOKEN = 'a-token-of-more-than-sixteen';

function asking(remoteAddress: string, headers: Record<string, string> = {}, localAddress = '198.51.100.7') {
  return { get: (name: string) => headers[name], socket: { remoteAddress, localAddress } };
}

/** What somebody is refused with, or null. */
function refusal(request: ReturnType<typeof asking>, token?: string): unknown {
  try {
    requireReader(request, token);
    return null;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

test('P-05 without a token metrics are read from this machine, by any of its addresses, and from no other', () => {
  for (const address of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1', '198.51.100.7']) {
    expect([address, refusal(asking(address))]).toEqual([address, null]);
  }
  for (const address of ['198.51.100.8', '10.0.0.1', '::ffff:198.51.100.8', '2001:db8::1']) {
    expect([address, refusal(asking(address))]).toEqual([address, 'forbidden']);
  }
});

test('P-05 what a proxy on this machine hands on comes from elsewhere', () => {
  for (const header of ['x-forwarded-for', 'forwarded', 'via']) {
    expect([header, refusal(asking('127.0.0.1', { [header]: '203.0.113.9' }))]).toEqual([header, 'forbidden']);
  }
});

test('P-05 with a token metrics are read by whoever shows it, from anywhere, and by nobody else', () => {
  expect(refusal(asking('203.0.113.9', { authorization: `Bearer ${TOKEN}` }), TOKEN)).toBeNull();
  for (const authorization of ['', 'Bearer ', `Bearer ${TOKEN}x`, TOKEN, `Basic ${TOKEN}`]) {
    expect([authorization, refusal(asking('127.0.0.1', { authorization }), TOKEN)]).toEqual([
      authorization,
      'unauthorized',
    ]);
  }
});
