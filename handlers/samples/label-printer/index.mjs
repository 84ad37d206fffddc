// Prints a shipping label for each order of a batch. Orders whose printer jams are reported one by one, so that only
// they come back.
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

const printerJams = (record) =>
  JSON.parse(record.body).fragile && Number(record.attributes.ApproximateReceiveCount) < 3;

async function print(record) {
  await wait(1500); // the printer is slow
  if (printerJams(record)) {
    throw new Error(`the printer jams on order ${JSON.parse(record.body).order}`);
  }
  console.log('label %s for order %d', randomUUID(), JSON.parse(record.body).order);
}

export const handler = async (event) => {
  const results = await Promise.allSettled(event.Records.map(print));
  const failed = event.Records.filter((_, index) => results[index].status === 'rejected');
  results.filter((result) => result.reason).forEach((result) => console.warn(result.reason.message));
  return { batchItemFailures: failed.map((record) => ({ itemIdentifier: record.messageId })) };
};
