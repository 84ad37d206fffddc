// Everything at once that operating systems schedule as they like: timers, the thread pool, workers, output, randomness.
const crypto = require('node:crypto');
const fs = require('node:fs/promises');
const { promisify } = require('node:util');
const { setTimeout: wait } = require('node:timers/promises');
const { Worker } = require('node:worker_threads');

const derive = promisify(crypto.pbkdf2);

async function work(part, order) {
  await wait((part * 7 % 5) * 100);
  await (part % 2 ? derive('secret', 'salt', 50 + part * 100, 16, 'sha256') : fs.readFile(__filename));
  order.push(part);
}

function inWorker(number) {
  return new Promise((resolve, reject) => {
    const worker = new Worker('const { parentPort, workerData } = require("node:worker_threads");' +
      'setTimeout(() => parentPort.postMessage([workerData, Math.random()]), workerData)',
    { eval: true, workerData: number });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

exports.handler = async (event) => {
  const order = [];
  for (const record of event.Records) {
    const parts = Array.from({ length: 8 }, (_, part) => work(part, order));
    const answers = await Promise.all([inWorker(20), inWorker(10), ...parts]);
    console.log(record.body, order, answers, Math.random(), crypto.randomUUID(), Date.now(), performance.now());
  }
};
