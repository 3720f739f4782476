// npm run rotate-keys: a new signing key for the next start; tokens of the former ones stay valid until they end.
import { rotateSigningKeys } from './access/signingKeys.ts';
import { ConfigError, loadConfig } from './config/env.ts';

try {
  const { dataDir } = loadConfig().config;
  const { kept, dropped } = await rotateSigningKeys(dataDir, Date.now());
  process.stdout.write(`A new key signs from the next start on; ${kept} still verify, ${dropped} are gone.\n`);
} catch (error) {
  const problems = error instanceof ConfigError ? error.problems : [error instanceof Error ? error.message : 'unknown'];
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}
