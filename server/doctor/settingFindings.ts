// What can be told from the settings alone: where people are sent, and whether that is a place they can get to.
import type { ServerFinding } from '#protocol/admin';
import type { Config } from '../config/env.ts';
import { reachOf, type Reach } from '../util/addressReach.ts';

type Settings = Pick<Config, 'media' | 'publicOrigin' | 'host'>;

/**
 * @param reachOfName of names, from whoever looked them up; a name that nobody looked up is taken for a public one
 */
export function settingFindings(
  settings: Settings,
  reachOfName: (name: string) => Reach = () => 'public',
): ServerFinding[] {
  const reach = (host: string): Reach => (reachOf(host) === 'name' ? reachOfName(host) : reachOf(host));
  return [announced(settings, reach), origin(settings, reach)];
}

function announced({ media, publicOrigin, host }: Settings, reach: (host: string) => Reach): ServerFinding {
  const { announcedAddress: address } = media;
  const page = publicOrigin === undefined ? null : reach(new URL(publicOrigin).hostname);
  // Without a public origin only who listens on more than this machine lets others in.
  const isOpen =
    page === null ? reach(host) !== 'loopback' || host === '0.0.0.0' || host === '::' : page !== 'loopback';
  if (isOpen && reach(address) === 'loopback') return { code: 'announced.loopback', values: { address } };
  if (page === 'public' && reach(address) === 'private') return { code: 'announced.private', values: { address } };
  return { code: 'announced.ok', values: { address } };
}

function origin({ publicOrigin, host }: Settings, reach: (host: string) => Reach): ServerFinding {
  if (publicOrigin === undefined) {
    const isOwn = reach(host) === 'loopback' && host !== '0.0.0.0' && host !== '::';
    return isOwn ? { code: 'origin.local', values: {} } : { code: 'origin.none', values: {} };
  }
  const { protocol, hostname } = new URL(publicOrigin);
  const isSecure = protocol === 'https:' || reachOf(hostname) === 'loopback';
  return { code: isSecure ? 'origin.ok' : 'origin.plain', values: { origin: publicOrigin } };
}
