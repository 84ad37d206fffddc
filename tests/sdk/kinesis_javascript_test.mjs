// Kinesis from AWS's SDK for JavaScript (version 3), whose client speaks HTTP/2 only.
// Usage: node kinesis_javascript_test.mjs ORRERY FOLDER-WITH-node_modules
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';

import { Server } from './orrery_server.mjs';

const [binary, modules] = process.argv.slice(2);
const sdk = createRequire(`${modules}/`)('@aws-sdk/client-kinesis');

const first = 'shardId-000000000000';
let server;
let kinesis;

before(async () => {
  server = await Server.start(binary);
  kinesis = new sdk.KinesisClient(server.configuration);
});

after(async () => {
  kinesis?.destroy();
  await server?.stop();
});

const call = (operation, input = {}) => kinesis.send(new sdk[`${operation}Command`](input));
const bytes = (text) => new TextEncoder().encode(text);
const text = (data) => new TextDecoder().decode(data);

async function create(StreamName, ShardCount = 1) {
  await call('CreateStream', { StreamName, ShardCount });
  await sdk.waitUntilStreamExists({ client: kinesis, maxWaitTime: 20, minDelay: 1 }, { StreamName });
  return (await call('DescribeStreamSummary', { StreamName })).StreamDescriptionSummary.StreamARN;
}

async function read(StreamName, ShardId = first) {
  const { ShardIterator } = await call('GetShardIterator', { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' });
  return (await call('GetRecords', { ShardIterator })).Records;
}

test('CreateStream, waiter, PutRecord, GetRecords: what is put is read, in its order', async () => {
  assert.equal(kinesis.config.requestHandler.metadata.handlerProtocol, 'h2');
  await create('simple');
  const put = await call('PutRecord', { StreamName: 'simple', PartitionKey: 'a', Data: bytes('grüße') });
  assert.equal(put.ShardId, first);
  await call('PutRecord', { StreamName: 'simple', PartitionKey: 'b', Data: new Uint8Array([0, 255]) });
  const records = await read('simple');
  assert.equal(records[0].SequenceNumber, put.SequenceNumber);
  assert.deepEqual(records.map(({ PartitionKey }) => PartitionKey), ['a', 'b']);
  assert.equal(text(records[0].Data), 'grüße');
  assert.deepEqual([...records[1].Data], [0, 255]);
});

test('PutRecords: a request and an answer larger than any window of HTTP/2', async () => {
  await create('large', 4);
  const Records = Array.from({ length: 4 }, (_, number) => ({
    PartitionKey: `${number}`,
    ExplicitHashKey: `${(2n ** 128n / 4n) * BigInt(number)}`,
    Data: new Uint8Array(900_000).fill(number),
  }));
  const answer = await call('PutRecords', { StreamName: 'large', Records });
  assert.equal(answer.FailedRecordCount, 0);
  const { Shards } = await call('ListShards', { StreamName: 'large' });
  const read_back = await Promise.all(Shards.map(({ ShardId }) => read('large', ShardId)));
  assert.deepEqual(read_back.map((records) => [records.length, records[0].Data.length, records[0].Data[899_999]]), [
    [1, 900_000, 0],
    [1, 900_000, 1],
    [1, 900_000, 2],
    [1, 900_000, 3],
  ]);
});

test('a hundred and fifty calls at once on one client are all answered', async () => {
  await create('crowd');
  const put = await Promise.all(
    Array.from({ length: 150 }, (_, number) =>
      call('PutRecord', { StreamName: 'crowd', PartitionKey: `${number}`, Data: bytes('x') })),
  );
  assert.equal(new Set(put.map(({ SequenceNumber }) => SequenceNumber)).size, 150);
});

test('SubscribeToShard: an async iterator gets what was put before and what is put meanwhile', async () => {
  const StreamARN = await create('subscribed');
  const { Consumer } = await call('RegisterStreamConsumer', { StreamARN, ConsumerName: 'reader' });
  await server.advance('30s');
  const { ConsumerARN } = Consumer;
  assert.equal((await call('DescribeStreamConsumer', { ConsumerARN })).ConsumerDescription.ConsumerStatus, 'ACTIVE');
  await call('PutRecord', { StreamName: 'subscribed', PartitionKey: 'k', Data: bytes('before') });
  const { EventStream } = await call('SubscribeToShard', {
    ConsumerARN,
    ShardId: first,
    StartingPosition: { Type: 'TRIM_HORIZON' },
  });
  const seen = [];
  const reading = (async () => {
    for await (const event of EventStream) {
      const { Records, ContinuationSequenceNumber, MillisBehindLatest } = event.SubscribeToShardEvent;
      assert.ok(ContinuationSequenceNumber);
      assert.equal(typeof MillisBehindLatest, 'number');
      seen.push(...Records.map(({ Data }) => text(Data)));
    }
  })();
  await server.advance('1s');
  await call('PutRecord', { StreamName: 'subscribed', PartitionKey: 'k', Data: bytes('meanwhile') });
  // A subscription ends after five minutes by itself.
  await server.advance('301s');
  await reading;
  assert.deepEqual(seen, ['before', 'meanwhile']);
});

test('errors are the classes that programs catch', async () => {
  await assert.rejects(call('DescribeStreamSummary', { StreamName: 'none' }), (error) => {
    assert.ok(error instanceof sdk.ResourceNotFoundException);
    assert.equal(error.$metadata.httpStatusCode, 400);
    return true;
  });
  await create('twice');
  await assert.rejects(call('CreateStream', { StreamName: 'twice', ShardCount: 1 }), sdk.ResourceInUseException);
});
