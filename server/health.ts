// Asks the server of this machine whether it lives, for a container's health check: exit code 0 where it does.
import { loadConfig } from './config/env.ts';

const ANY_ADDRESS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };
const PATIENCE_MS = 4_000;

const { host, port } = loadConfig().config;
const address = ANY_ADDRESS[host] ?? (host.includes(':') ? `[${host}]` : host);
try {
  const { ok } = await fetch(`http://${address}:${port}/healthz`, { signal: AbortSignal.timeout(PATIENCE_MS) });
  process.exitCode = ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}
