// The entry of a thread that a crew lives in.
import { parentPort, workerData } from 'node:worker_threads';
import { installQuickCrypto } from '../bots/quickCrypto.ts';
import type { CrewSettings, ToCrew } from './messages.ts';
import { slowTime } from './slowTime.ts';

if (parentPort === null) throw new Error('a crew lives in a thread of its own');
const port = parentPort;
const settings = workerData as CrewSettings;
installQuickCrypto();
// Before the sockets are loaded: they keep timers of their own.
slowTime(settings.slow, settings.slowSinceMs);
const { Crew } = await import('./Crew.ts');
const crew = new Crew(settings, (message) => port.postMessage(message));
port.on('message', (message: ToCrew) => {
  crew.handle(message);
  if (message.type === 'end') port.close();
});
