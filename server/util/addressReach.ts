// Which addresses only this machine, or only its own network, can reach.
import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');
loopback.addAddress('0.0.0.0');
loopback.addAddress('::', 'ipv6');

/** RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291 section 2.5.6. */
const inside = new BlockList();
inside.addSubnet('10.0.0.0', 8);
inside.addSubnet('172.16.0.0', 12);
inside.addSubnet('192.168.0.0', 16);
inside.addSubnet('100.64.0.0', 10);
inside.addSubnet('169.254.0.0', 16);
inside.addSubnet('fc00::', 7, 'ipv6');
inside.addSubnet('fe80::', 10, 'ipv6');

/** `name`: no address; only who looks it up knows. */
export type Reach = 'loopback' | 'private' | 'public' | 'name';

/** @param host an address, in brackets or not, or a name */
export function reachOf(host: string): Reach {
  const plain = host
    .replace(/^\[|\]$/g, '')
    .replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
    .toLowerCase();
  if (plain === 'localhost' || plain.endsWith('.localhost')) return 'loopback';
  const family = isIP(plain);
  if (family === 0) return 'name';
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  if (loopback.check(plain, kind)) return 'loopback';
  return inside.check(plain, kind) ? 'private' : 'public';
}
