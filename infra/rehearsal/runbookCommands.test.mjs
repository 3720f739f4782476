// What the rehearsal of the unit runs is what the RUNBOOK tells root to run, in its order.
import { expect, test } from 'vitest';
import { commandsIn, runbookCommands } from './runbookCommands.mjs';

const TEXT = `# Book

## First

1. Do.

       sudo one --flag
       journalctl -u conclave
       sudoedit /etc/file

Not \`sudo this\`.

    git pull
    sudo two

### Second

    docker compose up
`;

test('root’s commands of a section are read in order, without the sudo; other people’s and other sections’ are not', () => {
  expect(commandsIn(TEXT, 'First')).toEqual(['one --flag', 'sudoedit /etc/file', 'two']);
});

test('a section that is not there, or has no such command, is an error that names it', () => {
  expect(() => commandsIn(TEXT, 'Third')).toThrow('"Third"');
  expect(() => commandsIn(TEXT, 'Second')).toThrow('"Second"');
});

test.each([
  ['Install with systemd', 'systemctl enable --now conclave'],
  ['Upgrade without dropping calls', 'systemctl restart conclave'],
  [
    'Rotate keys',
    'env DATA_DIR=/var/lib/conclave /opt/conclave/current/bin/node /opt/conclave/current/server/rotateKeys.ts',
  ],
  ['Back up', 'systemctl start conclave'],
  ['ConclaveDown', 'systemctl reset-failed conclave'],
])('the RUNBOOK’s section %s has commands, %s among them', (title, command) => {
  expect(runbookCommands(title)).toContain(command);
});
