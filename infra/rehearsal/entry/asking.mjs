// Asks the entry as people's programs do: by name, with TLS verified, from an address of one's own.
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import { WebSocket } from 'ws';

/**
 * @param {string} url
 * @param {{ method?: string, body?: unknown, headers?: Record<string, string>, from?: string, ca?: string }} [options] `from`: the address to ask from
 * @returns {Promise<{ status: number, headers: NodeJS.Dict<string | string[]>, body: string }>}
 */
export const ask = (url, { method = 'GET', body, headers = {}, from, ca } = {}) =>
  new Promise((resolve, reject) => {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const type = sent === undefined ? {} : { 'Content-Type': 'application/json' };
    const options = {
      method,
      agent: false,
      headers: { 'User-Agent': 'conclave-rehearsal', ...type, ...headers },
      localAddress: from,
      ca,
    };
    const request = (url.startsWith('https:') ? https : http).request(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: text }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(sent);
  });

/** The serial number of the certificate that stands at `host` on 443 once it has been verified for that name. */
export const servedSerial = (host) =>
  new Promise((resolve, reject) => {
    const socket = tls.connect({ host, port: 443, servername: host }, () => {
      resolve(socket.getPeerX509Certificate().serialNumber);
      socket.end();
    });
    socket.on('error', reject);
  });

/** What socket.io's server says first on a WebSocket. */
export const openSocket = (host) =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`wss://${host}/socket.io/?EIO=4&transport=websocket`, { origin: `https://${host}` });
    socket.on('error', reject);
    socket.on('message', (data) => {
      resolve(String(data));
      socket.close();
    });
  });

/** From now on this process and the file for others believe `root` too. */
export const believe = (root, file) => {
  fs.writeFileSync(file, root);
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), root]);
};
