// Owns a private view of apt for source packages: the machine's own Debian mirrors, as deb-src, in a folder of ours.
import fs from 'node:fs';
import path from 'node:path';

const aptFolder = '/etc/apt';

/** The machine's apt sources and its release name (VERSION_CODENAME of os-release). */
export const readAptSources = () => {
  const parts = path.join(aptFolder, 'sources.list.d');
  const names = fs.existsSync(parts) ? fs.readdirSync(parts).map((name) => path.join(parts, name)) : [];
  const read = (file) => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '');
  return {
    codename: /^VERSION_CODENAME="?([^"\n]+)/m.exec(read('/etc/os-release'))?.[1] ?? '',
    deb822: names.filter((name) => name.endsWith('.sources')).map(read),
    oneLine: [path.join(aptFolder, 'sources.list'), ...names.filter((name) => name.endsWith('.list'))].map(read),
  };
};

/** Suites of the distribution itself begin with its release name; other people's repositories do not. */
const isOwnSuite = (suite, codename) => codename !== '' && (suite === codename || suite.startsWith(`${codename}-`));

const fromDeb822 = (text, codename) =>
  text
    .split(/\n\s*\n/)
    .map((stanza) => stanza.replace(/^#.*\n?/gm, ''))
    .filter((stanza) => /^Types:.*\bdeb\b/m.test(stanza) && !/^Enabled:\s*(no|false)/im.test(stanza))
    .filter((stanza) =>
      (/^Suites:\s*(.*)$/m.exec(stanza)?.[1] ?? '').split(/\s+/).some((suite) => isOwnSuite(suite, codename)),
    )
    .map((stanza) => stanza.replace(/^Types:.*$/m, 'Types: deb-src').trim());

const fromOneLine = (text, codename) =>
  text
    .split('\n')
    .map((line) => /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.+)$/.exec(line.trim()))
    .filter((match) => match && isOwnSuite(match[3], codename))
    .map(([, options = '', uri, suite, components]) => {
      const signedBy = /signed-by=(\S+)/.exec(options)?.[1];
      return [
        'Types: deb-src',
        `URIs: ${uri}`,
        `Suites: ${suite}`,
        `Components: ${components.replace(/\s*#.*$/, '').trim()}`,
        ...(signedBy ? [`Signed-By: ${signedBy}`] : []),
      ].join('\n');
    });

/**
 * The distribution's own entries as deb-src stanzas, '' where there are none.
 * @param {{ codename: string, deb822: string[], oneLine: string[] }} sources
 */
export const debSourceStanzas = ({ codename, deb822, oneLine }) =>
  [
    ...deb822.flatMap((text) => fromDeb822(text, codename)),
    ...oneLine.flatMap((text) => fromOneLine(text, codename)),
  ].join('\n\n');

/**
 * Writes `stanzas` and a configuration into `folder` and answers the apt-get options that make apt use only them and keep its lists there;
 * needs no root's rights and changes nothing of the machine.
 */
export const aptSourceOptions = (folder, stanzas) => {
  const sourceParts = path.join(folder, 'sources');
  const lists = path.join(folder, 'lists');
  const cache = path.join(folder, 'cache');
  for (const name of [sourceParts, path.join(lists, 'partial'), path.join(cache, 'archives', 'partial')]) {
    fs.mkdirSync(name, { recursive: true });
  }
  fs.writeFileSync(path.join(sourceParts, 'src.sources'), `${stanzas}\n`);
  const config = path.join(folder, 'apt.conf');
  fs.writeFileSync(
    config,
    [
      'Dir::Etc::sourcelist "/dev/null";',
      `Dir::Etc::sourceparts "${sourceParts}";`,
      `Dir::State::lists "${lists}";`,
      `Dir::Cache "${cache}";`,
      // Root's apt would drop to a user who may not write here.
      'APT::Sandbox::User "";',
      // These lists are not the machine's: its hooks have no business with them.
      '#clear APT::Update::Post-Invoke;',
      '#clear APT::Update::Post-Invoke-Success;',
      '#clear DPkg::Post-Invoke;',
      '',
    ].join('\n'),
  );
  return ['-c', config];
};
