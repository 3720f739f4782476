// Sets up whatever is missing and starts nothing; with --tests also what the tests need.
import { prepare, runEntry } from './prepare.mjs';

await runEntry(async () => {
  await prepare({ forTests: process.argv.includes('--tests') });
  return 0;
});
