// SQS from AWS's SDK for JavaScript (version 3), which itself checks the MD5 of what it sends and receives.
// Usage: node sqs_javascript_test.mjs ORRERY FOLDER-WITH-node_modules
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';

import { Server } from './orrery_server.mjs';

const [binary, modules] = process.argv.slice(2);
const sdk = createRequire(`${modules}/`)('@aws-sdk/client-sqs');

let server;
let sqs;

before(async () => {
  server = await Server.start(binary);
  sqs = new sdk.SQSClient(server.configuration);
});

after(async () => {
  sqs?.destroy();
  await server?.stop();
});

const call = (operation, input = {}) => sqs.send(new sdk[`${operation}Command`](input));

test('SendMessage, ReceiveMessage: body and attributes of each type arrive, with matching MD5s', async () => {
  const { QueueUrl } = await call('CreateQueue', { QueueName: 'attributes' });
  const MessageAttributes = {
    text: { DataType: 'String', StringValue: 'grüße' },
    number: { DataType: 'Number.int', StringValue: '-12' },
    bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255, 128]) },
  };
  const MessageBody = '{"emoji": "🌍", "control": "\\u0007"}';
  await call('SendMessage', { QueueUrl, MessageBody, MessageAttributes });
  const { Messages } = await call('ReceiveMessage', { QueueUrl, MessageAttributeNames: ['All'] });
  assert.equal(Messages[0].Body, MessageBody);
  assert.deepEqual(Object.keys(Messages[0].MessageAttributes).sort(), ['bytes', 'number', 'text']);
  assert.deepEqual([...Messages[0].MessageAttributes.bytes.BinaryValue], [0, 255, 128]);
});

test('ReceiveMessage: a long poll is answered when a message becomes visible', async () => {
  const { QueueUrl } = await call('CreateQueue', { QueueName: 'poll' });
  const poll = call('ReceiveMessage', { QueueUrl, WaitTimeSeconds: 20 });
  await call('SendMessage', { QueueUrl, MessageBody: 'late', DelaySeconds: 5 });
  await server.advance('5s');
  assert.equal((await poll).Messages[0].Body, 'late');
});

test('SendMessageBatch: entries fail one by one', async () => {
  const { QueueUrl } = await call('CreateQueue', { QueueName: 'batch', Attributes: { MaximumMessageSize: '1024' } });
  const answer = await call('SendMessageBatch', {
    QueueUrl,
    Entries: [
      { Id: 'good', MessageBody: 'x' },
      { Id: 'long', MessageBody: 'x'.repeat(1025) },
    ],
  });
  assert.deepEqual(answer.Successful.map(({ Id }) => Id), ['good']);
  assert.deepEqual(answer.Failed.map(({ Id, Code }) => [Id, Code]), [['long', 'InvalidParameterValue']]);
});

test('FIFO queues: order within a group, sequence numbers, deduplication', async () => {
  const { QueueUrl } = await call('CreateQueue', { QueueName: 'order.fifo', Attributes: { FifoQueue: 'true' } });
  const put = (MessageBody, MessageDeduplicationId = MessageBody) =>
    call('SendMessage', { QueueUrl, MessageBody, MessageDeduplicationId, MessageGroupId: 'g' });
  const first = await put('1');
  const second = await put('2');
  assert.ok(second.SequenceNumber > first.SequenceNumber);
  assert.equal((await put('3', '1')).MessageId, first.MessageId);
  const { Messages } = await call('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 });
  assert.deepEqual(Messages.map(({ Body }) => Body), ['1', '2']);
});

test('errors are the classes that programs catch', async () => {
  await assert.rejects(call('GetQueueUrl', { QueueName: 'none' }), (error) => {
    assert.ok(error instanceof sdk.QueueDoesNotExist);
    assert.equal(error.name, 'QueueDoesNotExist');
    assert.equal(error.$metadata.httpStatusCode, 400);
    return true;
  });
  const { QueueUrl } = await call('CreateQueue', { QueueName: 'errors' });
  await assert.rejects(call('SendMessageBatch', { QueueUrl, Entries: [] }), sdk.EmptyBatchRequest);
  await assert.rejects(
    call('DeleteMessage', { QueueUrl, ReceiptHandle: 'nonsense' }),
    sdk.ReceiptHandleIsInvalid,
  );
});

test('twenty calls at once on one client are all answered', async () => {
  const { QueueUrl } = await call('CreateQueue', { QueueName: 'crowd' });
  const sent = await Promise.all(
    Array.from({ length: 20 }, (_, number) => call('SendMessage', { QueueUrl, MessageBody: `${number}` })),
  );
  assert.equal(new Set(sent.map(({ MessageId }) => MessageId)).size, 20);
  const { Attributes } = await call('GetQueueAttributes', { QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
  assert.equal(Attributes.ApproximateNumberOfMessages, '20');
});
