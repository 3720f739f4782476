// Sets up whatever is missing and starts nothing; with --tests also what the tests need, with --without-page no built page.
import { prepare, runEntry } from './prepare.mjs';

await runEntry(async () => {
  await prepare({ forTests: process.argv.includes('--tests'), client: !process.argv.includes('--without-page') });
  return 0;
});
