// Owns a network of the test's own: Firefox gathers no loopback candidates, so it needs a real interface to reach the SFU.
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';

export interface NetworkNamespace {
  /** Address inside; reachable from outside too. */
  readonly address: string;
  /** Address outside, reachable from inside. */
  readonly outsideAddress: string;
  /** Inside too, on loopback: it stays when the other changes, and browsers gather no candidate of it. */
  readonly lastingAddress: string;
  /** The interface inside goes over to another network, as from Wi-Fi to mobile. Returns the address that it has there. */
  changeAddress(): string;
  /** Gives this machine one more address outside, reachable from inside as the other is. Returns it. */
  addOutsideAddress(): string;
  /** From now on no UDP gets in, as through many firewalls; what is inside reaches each other. */
  refuseUdp(): void;
  /** Runs `ip` on what is inside. */
  ip(...args: string[]): void;
  /** The command line that runs `command` inside. */
  inside(command: readonly string[]): string[];
  /** The programs inside must have ended before. */
  close(): void;
}

const ip = (...args: string[]): string =>
  execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Only root can make network namespaces. */
export function canMakeNetworks(): boolean {
  return process.getuid?.() === 0;
}

const PREFIX = 'conclave-';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Removes what runs that were killed could not remove; the name says which process made it. */
function sweep(): void {
  for (const line of ip('netns', 'list').split('\n')) {
    const name = line.split(' ')[0] ?? '';
    const owner = Number(/^conclave-(\d+)-/.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(owner) || isAlive(owner)) continue;
    try {
      ip('netns', 'del', name);
    } catch {
      // Another run was quicker.
    }
  }
}

/** Gateway and host of four addresses of 198.18.0.0/15, which is set aside for tests (RFC 2544). */
function pickSubnet(): [gateway: string, host: string] {
  const base = `198.${randomInt(18, 20)}.${randomInt(256)}`;
  const first = randomInt(64) * 4;
  return [`${base}.${first + 1}`, `${base}.${first + 2}`];
}

/**
 * Makes a namespace with loopback and one veth pair, default route through it. Its addresses
 * collide with no real network.
 */
export function createNetwork(): NetworkNamespace {
  const tag = randomInt(36 ** 5)
    .toString(36)
    .padStart(5, '0');
  sweep();
  const name = `${PREFIX}${process.pid}-${tag}`;
  const [outside, inner] = [`cc${tag}o`, `cc${tag}i`];
  const [gateway, address] = pickSubnet();
  const [, lastingAddress] = pickSubnet();
  const close = (): void => {
    for (const args of [
      ['link', 'del', outside],
      ['netns', 'del', name],
    ]) {
      try {
        ip(...args);
      } catch {
        // Not there, or gone with the other.
      }
    }
  };
  try {
    ip('netns', 'add', name);
    ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', inner, 'netns', name);
    // An address that comes by itself, a second or two after the rest, has browsers give up what they are loading (ERR_NETWORK_CHANGED).
    ip('link', 'set', outside, 'addrgenmode', 'none');
    ip('-n', name, 'link', 'set', inner, 'addrgenmode', 'none');
    ip('addr', 'add', `${gateway}/30`, 'dev', outside);
    ip('link', 'set', outside, 'up');
    ip('-n', name, 'link', 'set', 'lo', 'up');
    ip('-n', name, 'addr', 'add', `${address}/30`, 'dev', inner);
    ip('-n', name, 'link', 'set', inner, 'up');
    ip('-n', name, 'route', 'add', 'default', 'via', gateway);
    ip('-n', name, 'addr', 'add', `${lastingAddress}/32`, 'dev', 'lo');
    ip('route', 'add', `${lastingAddress}/32`, 'via', address, 'dev', outside);
  } catch (error) {
    close();
    throw error;
  }
  const changeAddress = (): string => {
    const [nextGateway, next] = pickSubnet();
    ip('addr', 'add', `${nextGateway}/30`, 'dev', outside);
    ip('-n', name, 'addr', 'del', `${address}/30`, 'dev', inner);
    ip('-n', name, 'addr', 'add', `${next}/30`, 'dev', inner);
    ip('-n', name, 'route', 'replace', 'default', 'via', nextGateway);
    return next;
  };
  return {
    address,
    outsideAddress: gateway,
    lastingAddress,
    changeAddress,
    addOutsideAddress() {
      const [another] = pickSubnet();
      ip('addr', 'add', `${another}/32`, 'dev', outside);
      return another;
    },
    refuseUdp() {
      // Before it is asked what is this machine's own, which comes first by itself.
      ip('-n', name, 'rule', 'add', 'pref', '2', 'lookup', 'local');
      ip('-n', name, 'rule', 'add', 'pref', '1', 'iif', inner, 'ipproto', 'udp', 'blackhole');
      ip('-n', name, 'rule', 'del', 'pref', '0');
    },
    ip: (...args) => void ip('-n', name, ...args),
    inside: (command) => ['ip', 'netns', 'exec', name, ...command],
    close,
  };
}
