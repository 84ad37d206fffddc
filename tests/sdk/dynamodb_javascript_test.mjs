// DynamoDB from AWS's SDK for JavaScript (version 3): the document client, its types, paginators and errors. Usage:
// node dynamodb_javascript_test.mjs ORRERY FOLDER-WITH-node_modules
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';

import { Server } from './orrery_server.mjs';

const [binary, modules] = process.argv.slice(2);
const load = createRequire(`${modules}/`);
const sdk = load('@aws-sdk/client-dynamodb');
const lib = load('@aws-sdk/lib-dynamodb');

let server;
let client;
let documents;

before(async () => {
  server = await Server.start(binary);
  client = new sdk.DynamoDBClient(server.configuration);
  documents = lib.DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
});

after(async () => {
  client?.destroy();
  await server?.stop();
});

const call = (operation, input = {}) => client.send(new sdk[`${operation}Command`](input));
const ask = (operation, input = {}) => documents.send(new lib[`${operation}Command`](input));

/** A table with the hash key `pk` and the range key `sk`, once it is there. */
async function create(TableName, more = {}) {
  const { TableDescription } = await call('CreateTable', {
    TableName,
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }, { AttributeName: 'sk', AttributeType: 'N' }],
    BillingMode: 'PAY_PER_REQUEST',
    ...more,
  });
  assert.equal(TableDescription.TableStatus, 'CREATING');
  await sdk.waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 1, maxDelay: 1 }, { TableName });
}

/** The error has the class that programs catch, and this message. */
const refused = (promise, name, message) =>
  assert.rejects(promise, (error) => {
    assert.equal(error.name, name, error.message);
    assert.equal(error.message, message);
    assert.equal(error.$metadata.httpStatusCode, 400);
    return true;
  });

test('documents go there and come back', async () => {
  const TableName = 'documents';
  await create(TableName);
  const Item = {
    pk: 'a', sk: 1, text: 'grüße', half: 0.5, none: null, flag: true, list: [1, 'x', { deep: [] }], map: { a: { b: 2 } },
    texts: new Set(['x', 'y']), numbers: new Set([1, 2]), bytes: new Uint8Array([0, 255]), missing: undefined,
  };
  await ask('Put', { TableName, Item });
  const found = (await ask('Get', { TableName, Key: { pk: 'a', sk: 1 } })).Item;
  const { missing, ...expected } = Item;
  assert.deepEqual(found, expected);
});

test('updates, conditions and what they answer', async () => {
  const TableName = 'updates';
  await create(TableName);
  const Key = { pk: 'a', sk: 1 };
  const update = {
    TableName, Key, UpdateExpression: 'ADD visits :one', ExpressionAttributeValues: { ':one': 1 }, ReturnValues: 'ALL_NEW',
  };
  await ask('Update', update);
  assert.deepEqual((await ask('Update', update)).Attributes, { ...Key, visits: 2 });
  const guarded = {
    TableName, Item: { ...Key, visits: 3 }, ConditionExpression: 'visits = :seen', ExpressionAttributeValues: { ':seen': 1 },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
  await refused(ask('Put', guarded), 'ConditionalCheckFailedException', 'The conditional request failed');
  const failure = await ask('Put', guarded).catch((error) => error);
  assert.ok(failure instanceof sdk.ConditionalCheckFailedException);
  assert.equal(failure.Item.visits.N ?? failure.Item.visits, failure.Item.visits.N ? '2' : 2);
  assert.deepEqual((await ask('Delete', { TableName, Key, ReturnValues: 'ALL_OLD' })).Attributes.visits, 2);
});

test('batches, and a paginator that comes by all of them', async () => {
  const TableName = 'pages';
  await create(TableName);
  for (const half of [0, 1]) {
    const puts = Array.from({ length: 25 }, (_, n) => ({ PutRequest: { Item: { pk: 'p', sk: half * 25 + n } } }));
    const { UnprocessedItems } = await ask('BatchWrite', { RequestItems: { [TableName]: puts } });
    assert.deepEqual(UnprocessedItems, {});
  }
  const found = [];
  const query = { TableName, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': 'p' }, ScanIndexForward: false };
  for await (const page of lib.paginateQuery({ client: documents, pageSize: 20 }, query)) {
    found.push(...page.Items.map(({ sk }) => sk));
  }
  assert.deepEqual(found, Array.from({ length: 50 }, (_, n) => 49 - n));
  const { Responses } = await ask('BatchGet', { RequestItems: { [TableName]: { Keys: [{ pk: 'p', sk: 7 }, { pk: 'p', sk: 99 }] } } });
  assert.deepEqual(Responses[TableName], [{ pk: 'p', sk: 7 }]);
});

test('a transaction is cancelled as a whole', async () => {
  const TableName = 'transactions';
  await create(TableName);
  const put = (sk, more = {}) => ({ Put: { TableName, Item: { pk: 't', sk }, ...more } });
  await ask('TransactWrite', { TransactItems: [put(1)] });
  const failure = await ask('TransactWrite', {
    TransactItems: [put(2), put(1, { ConditionExpression: 'attribute_not_exists(pk)' })],
  }).catch((error) => error);
  assert.ok(failure instanceof sdk.TransactionCanceledException, failure);
  assert.deepEqual(failure.CancellationReasons.map(({ Code }) => Code), ['None', 'ConditionalCheckFailed']);
  assert.equal((await ask('Scan', { TableName })).Count, 1);
});

test('mistakes are told as AWS tells them', async () => {
  const TableName = 'mistakes';
  await create(TableName);
  await refused(ask('Get', { TableName, Key: { pk: 'a' } }), 'ValidationException',
    'The provided key element does not match the schema');
  await refused(ask('Get', { TableName: 'none', Key: { pk: 'a' } }), 'ResourceNotFoundException', 'Requested resource not found');
  await refused(create(TableName), 'ResourceInUseException', `Table already exists: ${TableName}`);
});
