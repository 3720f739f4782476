import { expect, test } from 'vitest';
import { debSourceStanzas } from './aptSources.mjs';

const debian = `# the mirror
Types: deb
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`;

test('the distribution’s deb822 entries become source entries and keep their mirror and key', () => {
  expect(debSourceStanzas({ codename: 'bookworm', deb822: [debian], oneLine: [] })).toBe(
    [
      'Types: deb-src',
      'URIs: http://mirror.example/debian',
      'Suites: bookworm bookworm-updates',
      'Components: main',
      'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg',
    ].join('\n'),
  );
});

test('one-line entries become source entries, options and all', () => {
  const list = `# deb http://commented.example/debian bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main contrib # why
deb-src http://mirror.example/debian bookworm main
`;
  expect(debSourceStanzas({ codename: 'bookworm', deb822: [], oneLine: [list] })).toBe(
    [
      'Types: deb-src',
      'URIs: http://mirror.example/debian',
      'Suites: bookworm',
      'Components: main contrib',
      'Signed-By: /k.gpg',
    ].join('\n'),
  );
});

test('other people’s repositories and disabled entries are left out', () => {
  const other = debian.replace('bookworm bookworm-updates', 'nodistro');
  const disabled = `${debian}Enabled: no\n`;
  const list = 'deb https://packages.example/apt cloud-sdk-bookworm main';
  expect(debSourceStanzas({ codename: 'bookworm', deb822: [other, disabled], oneLine: [list] })).toBe('');
});

test('without a release name nothing is taken for the distribution’s own', () => {
  expect(debSourceStanzas({ codename: '', deb822: [debian], oneLine: [] })).toBe('');
});
