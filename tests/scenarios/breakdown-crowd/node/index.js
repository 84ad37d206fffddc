// Ends in many ways, with requests, a worker and timers under way.
const { Worker } = require('node:worker_threads');
const { setTimeout: wait } = require('node:timers/promises');

let ticks = 0;
setInterval(() => { ticks += 1; }, 70); // goes on from one invocation to the next

const ask = () => fetch(`https://sqs.${process.env.AWS_REGION}.amazonaws.com/`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': 'AmazonSQS.ListQueues' },
  body: '{}',
}).then((answer) => answer.json());

async function chatter() {
  for (let number = 0; number < 50; number += 1) {
    await wait(20);
    await ask();
    console.log('chatter', number, Math.random());
  }
}

const endings = {
  exit: () => process.exit(3),
  rejects: () => { Promise.reject(new Error('nobody catches this')); return wait(1000); },
  'worker fails': () => new Promise((_, reject) => {
    new Worker('setTimeout(() => { throw new RangeError("in the worker"); }, 50)', { eval: true }).on('error', reject);
  }),
  'never ends': () => new Promise(() => {}),
  returns: () => ticks,
};

exports.handler = async ({ how }) => {
  chatter().catch(() => {});
  const worker = new Worker('setInterval(() => console.log("the worker goes on"), 100)', { eval: true });
  await Promise.all([ask(), ask(), wait(250)]);
  console.log(how, ticks, Date.now());
  const answer = await endings[how]();
  await worker.terminate();
  return answer;
};
