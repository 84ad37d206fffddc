// Child processes by every door of Node, several at once, beside the work of the handler itself.
const { exec, execFile, fork, spawn } = require('node:child_process');
const { once } = require('node:events');
const { promisify } = require('node:util');
const { setTimeout: wait } = require('node:timers/promises');

const run = promisify(execFile);

async function printed(child) {
  let text = '';
  child.stdout.on('data', (piece) => { text += piece; });
  await once(child, 'close');
  return text.trim();
}

async function sorted(lines) {
  const child = spawn('sort');
  for (const line of lines) {
    child.stdin.write(`${line}\n`);
    await wait(10);
  }
  child.stdin.end();
  return (await printed(child)).split('\n').join(' ');
}

async function forked(number) {
  const child = fork(`${__dirname}/square.js`);
  child.send(number);
  const [square] = await once(child, 'message');
  child.disconnect();
  await once(child, 'exit');
  return square;
}

exports.handler = async (event) => {
  const order = [];
  const note = (name, promise) => promise.then((value) => order.push([name, value]));
  await Promise.all([
    note('date', promisify(exec)('sleep 0.3; date +%s.%N').then(({ stdout }) => stdout.trim())),
    note('words', run('sh', ['-c', 'for word in a b c; do echo $word; sleep 0.1; done'])
      .then(({ stdout }) => stdout.split('\n').join(' '))),
    note('sorted', sorted(['pear', 'apple', 'fig'])),
    note('timer', wait(150, 'over')),
    note('gave up', promisify(exec)('sleep 100', { timeout: 500 }).catch((error) => error.signal)),
  ]);
  console.log(event.Records[0].body, await forked(7), JSON.stringify(order), Date.now());
};
