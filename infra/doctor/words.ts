// What is said of each finding, and what to change; what the server finds about itself has its words where the admin page has them.
import { IntlMessageFormat } from 'intl-messageformat';
import { findings as serverWords } from '../../client/ui/i18n/en/findings.ts';
import type { Finding, OutsideCode } from './findings.ts';

const FROM_ELSEWHERE =
  'Some networks let no machine reach itself by its public address: to be sure, run this with --url on another machine.';

/** Of each: what is so, and, where something is to be done, what. */
const WORDS: Record<OutsideCode, [says: string, mend?: string]> = {
  'settings.ok': ['All settings can be read.'],
  'settings.wrong': ['{problem}.', 'The server does not start like this. server/config/CONFIG.md lists all settings.'],
  'announced.unresolved': [
    'The name {name} leads to no address.',
    'Make a DNS record for it, or set ANNOUNCED_ADDRESS and PUBLIC_ORIGIN to a name that has one.',
  ],
  'worker.ok': ['The media worker’s binary runs here.'],
  'worker.missing': [
    'There is no media worker at {bin}.',
    'Run npm run setup, which finds or builds one, or set MEDIASOUP_WORKER_BIN.',
  ],
  'worker.notOne': [
    '{bin} is no media worker that runs on this machine.',
    'Leave MEDIASOUP_WORKER_BIN out and run npm run setup, or set it to a mediasoup-worker of this version and system.',
  ],
  'http.ok': ['The server answers at {url}.'],
  'http.unreachable': [
    'Nothing answers at {url} ({why}).',
    'Start the server. If it runs, compare HOST and PORT with the settings it was started with.',
  ],
  'public.ok': ['The page answers at {origin}, in {ms} ms.'],
  'public.unreachable': [
    '{origin} cannot be reached ({why}).',
    'Check that its name leads to this machine, that the proxy runs, and that the firewall lets its port in.',
  ],
  'public.notBuilt': [
    '{origin} answers without a page.',
    'Build it: npm run build, or set CLIENT_DIR to where it was built.',
  ],
  'public.status': [
    '{origin} answers with status {status} instead of the page.',
    'For 502 to 504: let the proxy pass everything to HOST and PORT. For 301 to 308: set PUBLIC_ORIGIN to where it leads.',
  ],
  'public.other': [
    '{origin} leads to another Conclave than the one on this machine.',
    'Check the DNS record and where the proxy passes requests to.',
  ],
  'public.notConclave': [
    '{origin} answers, and is no Conclave.',
    'Let the proxy pass every path to the server, /.well-known/ too.',
  ],
  'ready.ok': ['It is ready for rooms.'],
  'ready.draining': ['It is being stopped and takes no new rooms.', 'Wait until it is started again.'],
  'ready.noWorker': [
    'No media worker is up: nobody gets sound or picture.',
    'Read the server’s log for “media worker”, and restart it.',
  ],
  'tls.ok': ['The certificate of {host} is good for {days} days, until {until}.'],
  'tls.none': ['{origin} has no TLS.'],
  'tls.soon': [
    'The certificate of {host} ends in {days, plural, =0 {less than a day} one {# day} other {# days}}, on {until}.',
    'What renews it should have done so by now: read the proxy’s log. It needs port 80 or 443 open to everybody.',
  ],
  'tls.expired': [
    'The certificate of {host} ended on {until}.',
    'No browser opens the page. Renew it: read the proxy’s log for why that failed.',
  ],
  'tls.early': [
    'The certificate of {host} is not valid yet.',
    'Check the clock of this machine and of the one that made it.',
  ],
  'tls.hostname': [
    'The certificate that {host} shows is for other names ({names}).',
    'Get one for {host}, and let the proxy show it there.',
  ],
  'tls.untrusted': [
    'Browsers do not trust the certificate of {host} ({why}).',
    'Get one from a public authority, and let the proxy send the whole chain. For an authority of your own: --ca FILE.',
  ],
  'tls.unreachable': [
    'No TLS at {origin} ({why}).',
    'Check that the proxy listens there with TLS and that the firewall lets it in.',
  ],
  'clock.ok': ['The server’s clock agrees with ours.'],
  'clock.off': ['The server’s clock is {seconds} s off ours.', 'Let both keep time: timedatectl set-ntp true.'],
  'clock.wrong': [
    'The server’s clock is {seconds} s off ours.',
    'Tokens and credentials end at the wrong time like this, and people are thrown out. timedatectl set-ntp true on the one that is wrong.',
  ],
  'ntp.ok': ['The system keeps its clock by NTP.'],
  'ntp.off': [
    'The system does not keep its clock by NTP.',
    'timedatectl set-ntp true; it needs systemd-timesyncd or chrony.',
  ],
  'ntp.unknown': ['Whether the system keeps its clock cannot be told here.'],
  'admin.off': ['ADMIN_TOKEN is not known here: what only the server sees (its own limits, TRUST_PROXY) is left out.'],
  'admin.plain': ['ADMIN_TOKEN is not sent without HTTPS: what only the server sees is left out.'],
  'admin.ok': ['The server tells its own findings.'],
  'admin.refused': ['The server does not take this ADMIN_TOKEN.', 'Start the server and the doctor with the same one.'],
  'trust.ok': ['TRUST_PROXY is {trusted}, and so many proxies stand in front.'],
  'trust.low': [
    '{proxies, plural, one {# proxy stands} other {# proxies stand}} in front, and TRUST_PROXY is {trusted}: everybody counts as one address and shares its limits.',
    'Set TRUST_PROXY to {proxies}.',
  ],
  'trust.high': [
    'TRUST_PROXY is {trusted}, and {proxies, plural, =0 {no proxy writes} one {# proxy writes} other {# proxies write}} X-Forwarded-For: anybody can pass for another address.',
    'Set TRUST_PROXY to {proxies}, or let the proxy write X-Forwarded-For.',
  ],
  'door.ok': ['A room can be made, the WebSocket opens, and a place is given.'],
  'door.closed': ['This server makes no rooms (ROOM_CREATION is closed), so media cannot be tried.'],
  'door.api': [
    'No room can be made ({why}).',
    'For 403 or forbidden: set PUBLIC_ORIGIN to what people open. For capacity: the server is full. For 404 or 405: let the proxy pass POST /api/.',
  ],
  'door.token': ['A room was made, and its token is not given ({why}).', 'Let the proxy pass POST /api/ whole.'],
  'door.socket': [
    'The WebSocket does not open ({why}).',
    'Let the proxy pass upgrades of /socket.io/ (Connection and Upgrade headers, HTTP/1.1 to the server), and cut no connection that is silent for 30 s.',
  ],
  'door.join': ['The WebSocket opens, and no place is given ({why}).', 'Read the server’s log for “media worker”.'],
  'media.ok': ['Media gets to {address} by {protocol}, port {ports}.'],
  'media.closed': [
    'Media does not get to {address} by {protocol}, port {ports} ({why}).',
    `Open these ports for {protocol} in every firewall between, and check that ANNOUNCED_ADDRESS leads here. ${FROM_ELSEWHERE}`,
  ],
  'media.unseen': ['Port {ports} could not be tried: no room went there.'],
  'call.ok': [
    'Two peers met through the public address by {protocol}, and each opened what the other sealed, within {ms} ms.',
  ],
  'call.room': ['No room could be made for a call by {protocol}.', 'See what is said of the door above.'],
  'call.place': [
    'A call by {protocol}: a peer does not get into its room.',
    'The socket opens and does not carry on. Look for a proxy that cuts or holds back WebSocket messages.',
  ],
  'call.ice': [
    'A call by {protocol}: no way to the media port is found.',
    `Open the media ports for {protocol}. ${FROM_ELSEWHERE}`,
  ],
  'call.dtls': [
    'A call by {protocol}: the port answers, and the DTLS handshake does not end.',
    'Something between takes away large or unknown packets: check the MTU, and firewalls that inspect UDP.',
  ],
  'call.media': [
    'A call by {protocol}: connected, and no sound comes through.',
    'Read the server’s log for “media worker”; check firewalls that inspect UDP.',
  ],
  'call.sealed': [
    'A call by {protocol}: what comes through cannot be opened.',
    'Something changes packets on the way, or the server is of another version than this doctor.',
  ],
  'estimation.ok': ['The media worker estimates bandwidth: told after {ms} ms.'],
  'estimation.none': [
    'The media worker does not estimate bandwidth: nothing told within {seconds} s.',
    'Senders sink to a few kbit/s. The worker was built with ms_use_builtin_bwe: leave MEDIASOUP_WORKER_BIN out, and run npm run setup.',
  ],
  'turn.none': [
    'Browsers are told no TURN server.',
    'People behind firewalls that let out HTTPS alone get no media. Set TURN_URLS and TURN_SECRET; infra/turn has what to run.',
  ],
  'turn.local': ['No TURN server, and none is needed on one machine.'],
  'turn.ok': ['The TURN server {url} gives a relay.'],
  'turn.refused': [
    'The TURN server {url} does not take our credentials.',
    'TURN_SECRET and coturn’s static-auth-secret must be the same, use-auth-secret set, and both clocks right.',
  ],
  'turn.failed': [
    'The TURN server {url} refuses with error {error}.',
    'For 486: its user-quota or total-quota is used up. For 403 or 508: check its relay addresses and port range.',
  ],
  'turn.silent': [
    'The TURN server {url} does not answer ({why}).',
    `Check that coturn runs, and that its ports are open. For turns: check its certificate. ${FROM_ELSEWHERE}`,
  ],
  'doctor.late': [
    'Looking at “{check}” took too long and was given up.',
    'Run it again; if it stays so, look at this part first.',
  ],
  'doctor.failed': ['Looking at “{check}” failed: {why}.', 'This is a fault of the doctor: please report it.'],
};

const isOutside = (code: string): code is OutsideCode => Object.hasOwn(WORDS, code);

/** In English, as a terminal is read; `mend` is null where nothing is to be done. */
export function wordsOf({ code, values }: Finding): { says: string; mend: string | null } {
  const server: Record<string, string | undefined> = serverWords;
  const [says, mend] = isOutside(code) ? WORDS[code] : [server[`finding.${code}`] ?? code, server[`mend.${code}`]];
  const format = (text: string): string => String(new IntlMessageFormat(text, 'en').format(values));
  return { says: format(says), mend: mend === undefined ? null : format(mend) };
}
