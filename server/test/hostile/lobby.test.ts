// Who knocks: what the server can learn of them.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Stage, together, within, type Person } from './Stage.ts';

let stage: Stage;
let host: Person;
beforeEach(async () => {
  stage = await Stage.open();
  host = await stage.attend('Host', { host: true });
});
afterEach(() => stage.close());

/** Everything in it that is bytes or text, as one text. */
function textIn(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (typeof value === 'object' && value !== null) return Object.values(value).map(textIn).join('\n');
  return String(value);
}

describe('the name of who knocks', () => {
  it('E-84 is read by the host and is in nothing that the server was given, from the knock to the room', async () => {
    expect(await host.client.hosting.setMode('approve')).toEqual({ ok: true });
    const dan = stage.begin('Dan-who-knocks');
    await vi.waitFor(() => expect(host.view().hosting.knocks).toMatchObject([{ displayName: dan.name }]), within);
    const given = () => stage.villain.asked.map(({ asked }) => textIn(asked.input)).join('\n');
    expect(stage.villain.asked.filter(({ asked }) => asked.name === 'mls:keyPackage')).not.toEqual([]);
    expect(given()).not.toContain(dan.name);
    await host.client.hosting.admit(host.view().hosting.knocks.map(({ peerId }) => peerId));
    await together(host, dan);
    dan.client.chat.send('here I am');
    await vi.waitFor(() => expect(host.texts()).toEqual(['Dan-who-knocks: here I am (sent)']), within);
    expect(given()).not.toContain(dan.name);
    expect(stage.villain.said.map(({ said }) => textIn(said.payload)).join('\n')).not.toContain(dan.name);
  });
});
