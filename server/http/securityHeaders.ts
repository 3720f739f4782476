// What browsers are told about every answer: nothing from other hosts, no framing but where it is meant, no referrer, few powers.
import type { IncomingMessage } from 'node:http';
import type { RequestHandler, Response } from 'express';
import helmet from 'helmet';
import { EMBED_PATH } from '#protocol/http';
import { requestHost, type OriginRules } from '../util/origin.ts';

/** Powers the page uses itself; all others are off, and none is ever delegated. */
const POWERS_ON = [
  'camera',
  'microphone',
  'display-capture',
  'fullscreen',
  'picture-in-picture',
  'screen-wake-lock',
  'autoplay',
  'speaker-selection',
  'clipboard-write',
];
const POWERS_OFF = [
  'accelerometer',
  'browsing-topics',
  'clipboard-read',
  'encrypted-media',
  'gamepad',
  'geolocation',
  'gyroscope',
  'hid',
  'identity-credentials-get',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'midi',
  'otp-credentials',
  'payment',
  'publickey-credentials-get',
  'serial',
  'storage-access',
  'usb',
  'window-management',
  'xr-spatial-tracking',
];
const PERMISSIONS_POLICY = [
  ...POWERS_ON.map((power) => `${power}=(self)`),
  ...POWERS_OFF.map((power) => `${power}=()`),
].join(', ');

/** The page's one Trusted Types policy: it lets the page start its own worker and nothing else. */
const SCRIPT_POLICY = 'conclave';

/**
 * The workers that run WebAssembly (background, noise): they alone may compile it, and hold no key and no socket. Whatever the page
 * itself or the e2eeWorker loads can not (infra/decisions/0009).
 */
const EFFECTS_WORKER = /^\/assets\/effects(Background|Noise)-[\w-]+\.js$/;

const HSTS_SECONDS = 365 * 24 * 60 * 60;

/** @param rules with an https `publicOrigin` browsers are also told to come by https only */
export function securityHeaders(rules: OriginRules): RequestHandler[] {
  const isHttps = rules.publicOrigin?.startsWith('https:') ?? false;
  const headers = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: directives(rules) },
    crossOriginEmbedderPolicy: { policy: 'require-corp' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: isHttps ? { maxAge: HSTS_SECONDS, includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
  });
  const framed: RequestHandler = (request, response, next) => {
    if (request.path === EMBED_PATH && rules.embedOrigins.length > 0) letFrame(response, rules.embedOrigins);
    next();
  };
  const forEffects = helmet.contentSecurityPolicy({ useDefaults: false, directives: EFFECTS_DIRECTIVES });
  const effects: RequestHandler = (request, response, next) => {
    if (EFFECTS_WORKER.test(request.path)) forEffects(request, response, next);
    else next();
  };
  const powers: RequestHandler = (_request, response, next) => {
    response.setHeader('Permissions-Policy', PERMISSIONS_POLICY);
    next();
  };
  return [headers, framed, effects, powers];
}

/** The one document that pages of these origins may show in a frame, whether or not they isolate themselves. */
function letFrame(response: Response, embedOrigins: readonly string[]): void {
  const policy = String(response.getHeader('Content-Security-Policy'));
  response.setHeader(
    'Content-Security-Policy',
    policy.replace("frame-ancestors 'none'", `frame-ancestors ${embedOrigins.join(' ')}`),
  );
  response.removeHeader('X-Frame-Options');
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
}

const EFFECTS_DIRECTIVES = {
  'default-src': ["'none'"],
  'script-src': ["'self'", "'wasm-unsafe-eval'"],
  'connect-src': ["'self'"],
  'require-trusted-types-for': ["'script'"],
  'trusted-types': ["'none'"],
};

/** No inline script or style, no eval; sockets to this host only, named since old browsers do not read 'self' so. */
function directives(rules: OriginRules) {
  const socketSource = (scheme: 'ws' | 'wss') => (request: IncomingMessage) => {
    const host =
      rules.publicOrigin === undefined ? requestHost(request.headers, rules) : new URL(rules.publicOrigin).host;
    return host === undefined ? "'self'" : `${scheme}://${host}`;
  };
  return {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'worker-src': ["'self'"],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'data:', 'blob:'],
    'media-src': ["'self'", 'blob:', 'mediastream:'],
    'font-src': ["'self'"],
    'manifest-src': ["'self'"],
    'connect-src': ["'self'", socketSource('ws'), socketSource('wss')],
    'frame-ancestors': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'require-trusted-types-for': ["'script'"],
    'trusted-types': [SCRIPT_POLICY],
  };
}
