// Each job makes twenty calls at once with AWS's own SDK, which speaks HTTP/2 for Kinesis, with and without TLS: requests
// and answers larger than a window of it beside small ones. Besides there is one of DynamoDB, by HTTP/1.1.
const { KinesisClient, PutRecordCommand, PutRecordsCommand, ListShardsCommand, GetShardIteratorCommand, GetRecordsCommand } =
  require('@aws-sdk/client-kinesis');
const { DynamoDBClient, ListTablesCommand } = require('@aws-sdk/client-dynamodb');
const { randomUUID } = require('node:crypto');

const kinesis = new KinesisClient();
const other = new KinesisClient({ endpoint: 'https://kinesis.us-east-1.amazonaws.com' });
const dynamodb = new DynamoDBClient();
const StreamName = process.env.STREAM;

async function readAll(client, ShardId) {
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' }));
  const { Records } = await client.send(new GetRecordsCommand({ ShardIterator }));
  return Records.reduce((bytes, { Data }) => bytes + Data.length, 0);
}

exports.handler = async ({ Records: messages }) => {
  const { job } = JSON.parse(messages[0].body);
  const order = [];
  const done = (what) => (answer) => (order.push(what), answer);
  const sent = await Promise.all([
    ...Array.from({ length: 18 }, (_, part) => (part % 2 ? kinesis : other)
      .send(new PutRecordCommand({ StreamName, PartitionKey: randomUUID(), Data: Buffer.from(`${job} ${part} ${Date.now()}`) }))
      .then(done(part))),
    kinesis.send(new PutRecordsCommand({
      StreamName,
      Records: Array.from({ length: 3 }, () => ({ PartitionKey: randomUUID(), Data: Buffer.alloc(90_000, job) })),
    })).then(done('large')),
    dynamodb.send(new ListTablesCommand({})).then(done('tables')),
  ]);
  const { Shards } = await kinesis.send(new ListShardsCommand({ StreamName }));
  const read = await Promise.all(Shards.flatMap(({ ShardId }) => [kinesis, other, kinesis].map(
    (client, reader) => readAll(client, ShardId).catch(({ name }) => name).then(done(`${ShardId.slice(-1)}/${reader}`)))));
  console.log('job', job, JSON.stringify(order), JSON.stringify(read), Date.now());
  console.log(sent.map(({ SequenceNumber }) => SequenceNumber).join(' '));
};
