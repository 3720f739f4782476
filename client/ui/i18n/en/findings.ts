// The words in English of what a server finds about itself: for the admin page, and for `npm run doctor`.

export const findings = {
  'finding.announced.ok': 'Browsers are told to send media to {address}.',
  'finding.announced.loopback': 'Browsers are told to send media to {address}, which is their own machine.',
  'mend.announced.loopback':
    'Nobody else gets sound or picture. Set ANNOUNCED_ADDRESS to the address at which people reach this machine.',
  'finding.announced.private':
    'Browsers are told to send media to {address}, which only machines on the same network can reach, while PUBLIC_ORIGIN is for everybody.',
  'mend.announced.private':
    'Set ANNOUNCED_ADDRESS to the public address of this machine or of the router in front of it.',
  'finding.origin.ok': 'People open {origin}.',
  'finding.origin.local': 'The page is for this machine alone.',
  'finding.origin.none': 'Others can reach the page, and PUBLIC_ORIGIN is not set.',
  'mend.origin.none':
    'Set PUBLIC_ORIGIN to what people open, for example https://meet.example.org: pages of other origins are refused then.',
  'finding.origin.plain': 'People open {origin}, without HTTPS.',
  'mend.origin.plain':
    'Browsers give cameras and microphones to pages with HTTPS only. Put a proxy with a certificate in front, and set PUBLIC_ORIGIN to its https:// address.',
  'finding.proxy.ok': 'Requests come through as many proxies as TRUST_PROXY says: {trusted}.',
  'finding.proxy.none': 'Requests come without a proxy, or none has come yet.',
  'finding.proxy.ignored': 'Requests come through a proxy, and TRUST_PROXY is 0: everybody counts as one address.',
  'mend.proxy.ignored': 'Set TRUST_PROXY to the number of proxies of yours that stand in front, mostly 1.',
  'finding.proxy.missing':
    'TRUST_PROXY is {trusted}, and requests come through fewer proxies: anybody can pass for another address.',
  'mend.proxy.missing':
    'Set TRUST_PROXY to the number of proxies that stand in front, and let nobody reach PORT past them.',
  'finding.descriptors.ok': 'It may hold {limit, plural, =-1 {any number of} other {#}} files and connections open.',
  'finding.descriptors.unknown': 'This system does not say how many files may be open.',
  'finding.descriptors.few': 'It may hold {limit} files and connections open, which is little.',
  'mend.descriptors.few':
    'Each person costs one to three. Set LimitNOFILE=65536 in the unit, or nofile in the container.',
  'finding.descriptors.short': 'It may hold no more than {limit} files and connections open.',
  'mend.descriptors.short':
    'A few hundred people use them up, and then nobody gets in. Set LimitNOFILE=65536 in the unit, or nofile in the container.',
  'finding.memory.ok': '{freeMib} MiB of memory are free.',
  'finding.memory.little': '{freeMib} MiB of memory are free, which is little.',
  'mend.memory.little':
    'Each person costs about a quarter of a MiB, and the server 200 MiB. Give the machine or the container more.',
  'finding.memory.short': 'Only {freeMib} MiB of memory are free.',
  'mend.memory.short':
    'The system will end the server when it needs more. End what else runs here, or give it more memory.',
  'finding.cores.ok':
    '{workers, plural, one {# media worker} other {# media workers}} on {cores, plural, one {# core} other {# cores}}.',
  'finding.cores.idle':
    '{workers, plural, one {# media worker} other {# media workers}} on {cores} cores: the others carry no media.',
  'mend.cores.idle': 'Leave WORKERS out, and there is one for each core.',
  'finding.cores.crowded':
    '{workers} media workers on {cores, plural, one {# core} other {# cores}}: they take time from each other.',
  'mend.cores.crowded': 'Leave WORKERS out, and there is one for each core.',
  'finding.data.ok': 'The data folder {path} can be written to, with {freeMib} MiB free.',
  'finding.data.filling': 'The data folder {path} has {freeMib} MiB left.',
  'mend.data.filling': 'Files that people send lie there. Make room, or lower FILE_TOTAL_MB.',
  'finding.data.full': 'The data folder {path} has only {freeMib} MiB left: files are refused.',
  'mend.data.full': 'Make room on the disk, or set DATA_DIR to a folder on another one.',
  'finding.data.closed': 'The data folder {path} cannot be written to ({why}).',
  'mend.data.closed': 'Give it to the user that the server runs as, or set DATA_DIR to another folder.',
  'finding.node.ok': 'Node {version}.',
  'finding.node.old': 'Node {version} is too old.',
  'mend.node.old': 'Start it with npm start, which brings Node {least}, or install Node {least} or newer.',
  'finding.workers.ok': '{workers, plural, one {# media worker is} other {# media workers are}} up.',
  'finding.workers.missing': '{workers} of {wanted} media workers are up.',
  'mend.workers.missing': 'They are started again by themselves. If it stays so, read the log for “media worker”.',
  'finding.workers.died':
    '{deaths, plural, one {A media worker has} other {# media workers have}} died since the start.',
  'mend.workers.died':
    'Its rooms came back by themselves. If it happens again, look in the log for when, and at the machine’s memory.',
  'finding.priority.ok': 'Media goes before other work on the processor.',
  'finding.priority.even':
    'Media has to wait its turn on a busy processor: the system lets no process of this user go first (LimitNICE=-10 in the unit, or nice: 30 among the container’s ulimits, would).',
};
