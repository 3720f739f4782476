import { createServer } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { compareWithServer, manifestAddress } from './buildComparison.mjs';
import { integrityOf } from './servedBuild.mjs';
import { SetupError } from './SetupError.mjs';

const page = '<!doctype html>';
const documents = {
  '/index.html': integrityOf(page),
  '/watch.html': integrityOf(page),
  '/feed.html': integrityOf(page),
};
const local = { format: 1, version: '1.0.0', lockfile: 'sha384-x', files: documents };

let server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** A server that answers with the page, but for the addresses in `special`; @returns what differs, and what it was asked for */
const compareWith = async (special) => {
  const asked = [];
  server = createServer((request, response) => {
    asked.push(request.url);
    const answer = special[request.url];
    if (answer) answer(response);
    else response.end(page);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { differences } = await compareWithServer(`http://127.0.0.1:${server.address().port}`, local);
  const about = (kind) => differences.filter((one) => one.kind === kind).map(({ address }) => address);
  return { differences, about, asked };
};

const listing = (list) => ({ [manifestAddress]: (response) => response.end(JSON.stringify(list)) });

describe('P-09 a server’s list', () => {
  test.each([
    ['another host', { '//else.example/x.js': 'sha384-x' }],
    ['a query', { '/x.js?y': 'sha384-x' }],
    ['control characters', { '/\u001b[2J': 'sha384-x' }],
    ['hashes that are none', { '/x.js': 7 }],
    ['more files than any build has', Object.fromEntries(Array.from({ length: 1001 }, (_, n) => [`/${n}`, 'x']))],
  ])('that names %s is none, and is not followed', async (_what, files) => {
    const { about, asked } = await compareWith(listing({ ...local, files }));
    expect(about('list')).toEqual([manifestAddress]);
    const rooms = new Set(asked.map((address) => address.replace(/^(\/[rwf]\/).+/, '$1')));
    expect(rooms).toEqual(
      new Set([manifestAddress, '/', '/f/', '/feed.html', '/index.html', '/protect', '/r/', '/w/', '/watch.html']),
    );
  });

  test('that is honest about other packages and another version is told so', async () => {
    const { differences } = await compareWith(listing({ ...local, version: '2.0.0', lockfile: 'sha384-y' }));
    const texts = differences.filter(({ kind }) => kind === 'list').map(({ text }) => text);
    expect(texts).toEqual([expect.stringContaining('version "2.0.0"'), expect.stringContaining('other packages')]);
  });

  test('that claims hashes it does not serve is named', async () => {
    const { about } = await compareWith(
      listing({ ...local, files: { ...documents, '/index.html': integrityOf('else') } }),
    );
    // The document itself, and each screen that is made of it: a watch link's is not.
    expect(about('list')).toHaveLength(4);
    expect(about('changed')).toEqual([]);
  });
});

describe('what a server answers', () => {
  test('P-09 a redirect is not followed, and is a difference', async () => {
    const away = (response) => response.writeHead(302, { location: 'https://else.example/' }).end();
    const { differences } = await compareWith({ ...listing(local), '/': away });
    expect(differences).toContainEqual({
      address: '/',
      kind: 'missing',
      text: 'the server answers 302 (elsewhere) instead of this file',
    });
  });

  test('P-09 a document without policies is a difference under each screen', async () => {
    const { about } = await compareWith(listing(local));
    expect(new Set(about('policy')).size).toBe(8);
  });

  test('an answer without an end is given up', async () => {
    const chunk = Buffer.alloc(1024 * 1024);
    const pour = (response) => {
      const more = () => {
        while (response.writable && response.write(chunk));
      };
      response.on('drain', more);
      more();
    };
    await expect(compareWith({ '/index.html': pour })).rejects.toThrow(SetupError);
  });
});
