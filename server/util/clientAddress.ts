// Which address a request came from, as limits count it.
import { isIPv6 } from 'node:net';

/**
 * @param remote address of the socket
 * @param forwardedFor the X-Forwarded-For header, if any
 * @param trustedProxies how many proxies of our own stand in front; 0 ignores the header, since anybody can write it
 * @returns an IPv4 address, or the /64 of an IPv6 address (one household holds a whole /64)
 */
export function clientAddress(remote: string, forwardedFor: string | undefined, trustedProxies: number): string {
  const hops = (forwardedFor ?? '')
    .split(',')
    .map((hop) => hop.trim())
    .filter((hop) => hop !== '');
  const claimed = trustedProxies > 0 ? hops[Math.max(0, hops.length - trustedProxies)] : undefined;
  return group(claimed ?? remote);
}

function group(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...right];
  return `${groups.slice(0, 4).join(':').toLowerCase()}::/64`;
}
