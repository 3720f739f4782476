// Run inside a network namespace: lets the test outside reach a port that is open on the namespace's loopback only, or the other way.
import net from 'node:net';

const [address = '', port = '', target = '127.0.0.1'] = process.argv.slice(2);

net
  .createServer((outside) => {
    const inside = net.connect(Number(port), target);
    outside.pipe(inside).pipe(outside);
    outside.on('error', () => inside.destroy());
    inside.on('error', () => outside.destroy());
  })
  .listen(Number(port), address, () => process.stdout.write('relaying\n'));
