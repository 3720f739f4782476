// The thread that all senders live in: their way to the server, their packets, one clock for all.
import { createSocket } from 'node:dgram';
import { parentPort, workerData } from 'node:worker_threads';
import { installQuickCrypto } from '../../bots/quickCrypto.ts';
import type { CrowdSettings, FromCrowd, ToCrowd } from './messages.ts';
import { keyFramesAsked } from '../../media/rtp.ts';
import { Sender, TICK_MS } from './Sender.ts';

if (parentPort === null) throw new Error('a crowd lives in a thread of its own');
const port = parentPort;
const settings = workerData as CrowdSettings;
installQuickCrypto();

/** Senders take turns within a tick, so that the SFU does not get all of them at once. */
const SLICES = 5;
/** One more comes each so many ms: the group takes those in together who come together. */
const JOIN_GAP_MS = 20;
const REPORT_MS = 1_000;

/** Half a second. */
const MOST_LATE_SLICES = (500 / TICK_MS) * SLICES;

const udp = createSocket('udp4');
const senders: Sender[] = [];
const byPeer = new Map<string, Sender>();
const bySsrc = new Map<number, Sender>();
const say = (message: FromCrowd): void => port.postMessage(message);
let frames = 0;
/** Nobody sends while others come in: following the group takes the whole thread then. */
let isSending = false;
let sfuPort = 0;

udp.on('message', (packet) => {
  for (const ssrc of keyFramesAsked(packet)) bySsrc.get(ssrc)?.restart(ssrc);
});

async function join(count: number): Promise<void> {
  for (let added = 0; added < count; added += 1) {
    const sender: Sender = new Sender({
      settings,
      number: senders.length + 1,
      transmit: (packet) => udp.send(packet, sfuPort, '127.0.0.1'),
      onIn: (peerId, former) => {
        byPeer.set(peerId, sender);
        say({ type: 'in', number: senders.indexOf(sender) + 1, peerId, former });
      },
      onEnded: (reason) => say({ type: 'ended', reason }),
      onSpoke: (peerId, atMs) => say({ type: 'spoke', peerId, atMs }),
    });
    senders.push(sender);
    sender.join();
    await new Promise((resolve) => setTimeout(resolve, JOIN_GAP_MS));
  }
}

const startMs = performance.now();
let slicesDone = 0;
const clock = setInterval(() => {
  const slicesDue = Math.floor(((performance.now() - startMs) * SLICES) / TICK_MS);
  // A late timer is made up for, but not seconds of it: encoders drop what they cannot keep up with.
  slicesDone = Math.max(slicesDone, slicesDue - MOST_LATE_SLICES);
  while (isSending && slicesDone < slicesDue) {
    const slice = slicesDone % SLICES;
    slicesDone += 1;
    for (let index = slice; index < senders.length; index += SLICES)
      frames += senders[index]?.tick(Date.now(), senders.length) ?? 0;
  }
}, TICK_MS / SLICES);
const report = setInterval(() => {
  say({ type: 'sent', frames });
  frames = 0;
}, REPORT_MS);

port.on('message', (message: ToCrowd) => {
  switch (message.type) {
    case 'join':
      isSending = false;
      return void join(message.count);
    case 'send': {
      const sender = byPeer.get(message.peerId);
      if (sender === undefined) return;
      sfuPort = message.port;
      for (const ssrc of message.ssrcs.camera) bySsrc.set(ssrc, sender);
      return sender.start(message.ssrcs);
    }
    case 'go':
      isSending = true;
      return;
    case 'speak':
      for (const [index, sender] of senders.entries()) sender.speak(message.numbers.includes(index + 1));
      return;
    case 'end':
      clearInterval(clock);
      clearInterval(report);
      for (const sender of senders) sender.close();
      udp.close();
      return port.close();
  }
});
