// Owns which shared libraries go with a worker that was built here: all but those that every Debian with a C++ program has.
import { capture } from '../setup/processes.mjs';

/** libc6, libstdc++6 and libgcc-s1: of the machine's own, since Node runs on them too. */
const EVERYWHERE = /^(?:lib(?:c|m|dl|rt|pthread|stdc\+\+|gcc_s)\.so|ld-linux|linux-vdso)/;

/** The files that ldd's lines name, but for those that are everywhere. */
export const librariesIn = (listing) =>
  listing
    .split('\n')
    .map((line) => /^\s*(\S+) => (\/\S+) \(/.exec(line))
    .filter((match) => match !== null && !EVERYWHERE.test(match[1]))
    .map(([, name, file]) => ({ name, file }));

/** Of a worker that needs none, as mediasoup's own, this is empty. */
export const workerLibraries = (bin) => librariesIn(capture('ldd', [bin]) ?? '');
