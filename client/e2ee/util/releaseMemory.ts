// Gives a spent buffer's memory back at once, instead of when garbage is collected.

/** Its other end is closed: what is sent to it goes nowhere, and the buffers sent along belong to nobody. */
const nowhere = createNowhere();

/**
 * Smaller buffers cost more to send away than their memory is worth. At 8 kB and above whatever is allocated next would else
 * lie in pages that nobody touched yet, and touching them takes as long as AES does (60 kB in Chromium: 26 µs of 58).
 */
const WORTH_RELEASING = 4_096;

/** Detaches `buffer`, which must not be used again, unless it is small. `ArrayBuffer.transfer` would not do: Chromium keeps the bytes. */
export function releaseMemory(buffer: ArrayBuffer): void {
  if (buffer.byteLength >= WORTH_RELEASING) nowhere.postMessage(null, [buffer]);
}

function createNowhere(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  return port1;
}
