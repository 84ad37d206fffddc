// Each job makes twenty calls at once with AWS's own SDK, without any setting, then receives and deletes what came of them.
const { SQSClient, SendMessageCommand, ReceiveMessageCommand, DeleteMessageBatchCommand } = require('@aws-sdk/client-sqs');
const { randomUUID } = require('node:crypto');

const sqs = new SQSClient();
const QueueUrl = process.env.RESULTS;

async function takeSome() {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 5, WaitTimeSeconds: 1 }));
  if (Messages.length) {
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
  return Messages.map(({ Body }) => JSON.parse(Body).part);
}

exports.handler = async (event) => {
  for (const record of event.Records) {
    const { job } = JSON.parse(record.body);
    const sent = await Promise.all(Array.from({ length: 20 }, (_, part) => sqs.send(new SendMessageCommand(
      { QueueUrl, MessageBody: JSON.stringify({ job, part, id: randomUUID(), at: Date.now() }) }))));
    const order = [];
    await Promise.all(Array.from({ length: 4 }, (_, taker) => takeSome().then((parts) => order.push([taker, ...parts]))));
    console.log('job', job, sent.map(({ MessageId }) => MessageId).join(' '), JSON.stringify(order), Date.now());
  }
};
