// What a person is told when the server cannot start, or starts in a way that few would want: what is wrong, what to do.
import type { Config } from './config/env.ts';

type StartError = NodeJS.ErrnoException & { port?: number; address?: string };

/** One line; what is not known here is told in its own words. */
export function adviceFor(error: unknown, config: Config | null): string {
  const { code, message, port, address, path, syscall } = error as StartError;
  if (code === 'EADDRINUSE') return `${address}:${port} is in use; stop what uses it, or set PORT to another`;
  if (code === 'EADDRNOTAVAIL') return `${address} is no address of this machine; set HOST to one, or to 0.0.0.0`;
  if (syscall === 'listen' && code === 'EACCES') return `port ${port} needs more rights; set PORT to one above 1023`;
  if (config !== null && path?.startsWith(config.dataDir)) {
    return `${config.dataDir} cannot be used (${code}); make it a folder that this user may write to, or set DATA_DIR to another`;
  }
  return message.includes('media worker') ? adviceForMedia(message) : message;
}

/** The Worker tells its reasons as text only. */
function adviceForMedia(message: string): string {
  if (message.includes('address already in use')) {
    return `${message}; stop what uses the port (another Conclave?), or set MEDIA_PORT to another`;
  }
  if (message.includes('address not available')) {
    return `${message}; set MEDIA_HOST (or HOST) to an address of this machine, e.g. 0.0.0.0`;
  }
  if (message.includes('spawn ')) {
    return `${message}; npm start finds or builds a worker, or set MEDIASOUP_WORKER_BIN to one that this user may run`;
  }
  return message;
}

const isLoopback = (address: string): boolean => /^(127\.|::1$|localhost$)/.test(address);

/** Lines about settings that are allowed and yet leave people without a picture. */
export function warningsFor({ media: { listenHost, announcedAddress } }: Pick<Config, 'media'>): string[] {
  if (isLoopback(listenHost) || !isLoopback(announcedAddress)) return [];
  return [
    `Others on the network will get no sound and no picture: browsers are told to send media to ${announcedAddress}, which is their own machine. Set ANNOUNCED_ADDRESS to the address at which they reach this one.`,
  ];
}
