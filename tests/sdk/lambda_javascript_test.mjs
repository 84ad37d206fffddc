// Lambda from AWS's SDK for JavaScript (version 3): what programs and deployment tools written with it do, on functions
// of Node from zip archives. Usage: node lambda_javascript_test.mjs ORRERY FOLDER-WITH-node_modules
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Server } from './orrery_server.mjs';

const [binary, modules] = process.argv.slice(2);
const load = createRequire(`${modules}/`);
const sdk = load('@aws-sdk/client-lambda');
const sqs = load('@aws-sdk/client-sqs');
const Role = 'arn:aws:iam::000000000000:role/r';
const arnOf = (name) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
const echo = 'export const handle = async (event) => ({ event });';

let server;
let lambda;

before(async () => {
  server = await Server.start(binary, 'live'); // so that the SDK's waiters have something to wait for
  lambda = new sdk.LambdaClient(server.configuration);
});

after(async () => {
  lambda?.destroy();
  await server?.stop();
});

const call = (operation, input = {}) => lambda.send(new sdk[`${operation}Command`](input));

/** Files by their names, zipped. */
function archive(files) {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const zip = ['-m', 'zipfile', '-c', 'code.zip', ...Object.keys(files)];
    execFileSync('/usr/bin/python3', zip, { cwd: folder });
    return readFileSync(join(folder, 'code.zip'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const settled = (waiter, FunctionName, Qualifier) =>
  sdk[waiter]({ client: lambda, maxWaitTime: 20, minDelay: 1, maxDelay: 1 }, { FunctionName, Qualifier });

async function create(FunctionName, code = echo, more = {}) {
  const ZipFile = archive({ 'index.mjs': code });
  const made = await call('CreateFunction', {
    FunctionName, Runtime: 'nodejs20.x', Handler: 'index.handle', Role, Code: { ZipFile }, ...more,
  });
  assert.equal(made.State, 'Pending');
  await settled('waitUntilFunctionActiveV2', FunctionName);
  return made;
}

async function invoke(FunctionName, payload = {}, more = {}) {
  const answer = await call('Invoke', { FunctionName, Payload: JSON.stringify(payload), ...more });
  return { ...answer, result: JSON.parse(answer.Payload.transformToString()) };
}

/** The error has the class that programs catch, its status, and a message that `told` matches. */
const refused = (promise, name, status, told) =>
  assert.rejects(promise, (error) => {
    assert.equal(error.name, name, error.message);
    assert.ok(error instanceof sdk[name]);
    assert.equal(error.$metadata.httpStatusCode, status);
    assert.match(error.message, told);
    return true;
  });

test('a function from its creation to its deletion', async () => {
  const FunctionName = 'life';
  const made = await create(FunctionName, echo, { Environment: { Variables: { STAGE: 'test' } }, MemorySize: 256 });
  assert.equal(made.FunctionArn, arnOf(FunctionName));
  const { Configuration, Code } = await call('GetFunction', { FunctionName });
  assert.deepEqual([Configuration.State, Configuration.MemorySize], ['Active', 256]);
  assert.deepEqual(Configuration.Environment, { Variables: { STAGE: 'test' } });
  const fetched = await fetch(Code.Location);
  assert.equal((await fetched.arrayBuffer()).byteLength, Configuration.CodeSize);

  const ZipFile = archive({ 'index.mjs': 'export const handle = async () => process.env.STAGE;' });
  const changed = await call('UpdateFunctionCode', { FunctionName, ZipFile });
  assert.equal(changed.LastUpdateStatus, 'InProgress');
  assert.notEqual(changed.CodeSha256, made.CodeSha256);
  await refused(call('UpdateFunctionConfiguration', { FunctionName, Timeout: 9 }), 'ResourceConflictException', 409,
    /An update is in progress/);
  await settled('waitUntilFunctionUpdatedV2', FunctionName);
  await call('UpdateFunctionConfiguration', { FunctionName, Environment: { Variables: { STAGE: 'next' } }, Timeout: 9 });
  await settled('waitUntilFunctionUpdatedV2', FunctionName);
  assert.equal((await invoke(FunctionName)).result, 'next');
  assert.equal((await call('GetFunctionConfiguration', { FunctionName })).Timeout, 9);

  await call('DeleteFunction', { FunctionName });
  await refused(call('GetFunction', { FunctionName }), 'ResourceNotFoundException', 404,
    /^Function not found: arn:aws:lambda:us-east-1:000000000000:function:life$/);
});

test('ListFunctions: the paginator comes by all of them', async () => {
  for (const name of ['page-a', 'page-b', 'page-c']) await create(name);
  const names = [];
  for await (const page of sdk.paginateListFunctions({ client: lambda, pageSize: 2 }, {})) {
    assert.ok(page.Functions.length <= 2);
    names.push(...page.Functions.map(({ FunctionName }) => FunctionName));
  }
  assert.deepEqual(names.filter((name) => name.startsWith('page-')), ['page-a', 'page-b', 'page-c']);
});

test('versions, and an alias whose weights choose between them', async () => {
  const FunctionName = 'weighted';
  await create(FunctionName, 'export const handle = async (event, context) => context.functionVersion;');
  assert.equal((await call('PublishVersion', { FunctionName })).Version, '1');
  await call('UpdateFunctionConfiguration', { FunctionName, MemorySize: 256 });
  await settled('waitUntilFunctionUpdatedV2', FunctionName);
  assert.equal((await call('PublishVersion', { FunctionName })).Version, '2');
  await settled('waitUntilPublishedVersionActive', FunctionName, '2');
  const RoutingConfig = { AdditionalVersionWeights: { 2: 0.5 } };
  const alias = await call('CreateAlias', { FunctionName, Name: 'live', FunctionVersion: '1', RoutingConfig });
  assert.deepEqual(alias.RoutingConfig, RoutingConfig);
  const versions = new Set();
  for (let call_number = 0; call_number < 30; call_number += 1) {
    const { result, ExecutedVersion } = await invoke(FunctionName, {}, { Qualifier: 'live' });
    assert.equal(result, ExecutedVersion);
    versions.add(ExecutedVersion);
  }
  assert.deepEqual([...versions].sort(), ['1', '2']);
  await call('UpdateAlias', { FunctionName, Name: 'live', FunctionVersion: '2', RoutingConfig: { AdditionalVersionWeights: {} } });
  assert.equal((await invoke(FunctionName, {}, { Qualifier: 'live' })).ExecutedVersion, '2');
  await refused(call('GetAlias', { FunctionName, Name: 'none' }), 'ResourceNotFoundException', 404, /Cannot find alias arn/);
});

test('Invoke: the result, and the tail of the log', async () => {
  const FunctionName = 'tail';
  await create(FunctionName, 'export const handle = async (event) => { console.log("seen", event.a); return event; };');
  const answer = await invoke(FunctionName, { a: 'grüße' }, { LogType: 'Tail' });
  assert.deepEqual([answer.StatusCode, answer.ExecutedVersion, answer.result], [200, '$LATEST', { a: 'grüße' }]);
  const log = Buffer.from(answer.LogResult, 'base64').toString();
  assert.match(log, new RegExp(`^START RequestId: ${answer.$metadata.requestId} `, 'm'));
  assert.match(log, /seen grüße/);
  assert.match(log, /^REPORT RequestId: /m);
});

test('Invoke: a failure of the function is an answer', async () => {
  const FunctionName = 'failing';
  await create(FunctionName, 'export const handle = async () => { throw new RangeError("too far"); };');
  const { StatusCode, FunctionError, result } = await invoke(FunctionName);
  assert.deepEqual([StatusCode, FunctionError], [200, 'Unhandled']);
  assert.deepEqual([result.errorType, result.errorMessage], ['RangeError', 'too far']);
});

test('Invoke: an event is accepted and processed, a dry run is neither', async () => {
  const FunctionName = 'event';
  const queues = new sqs.SQSClient(server.configuration);
  try {
    const { QueueUrl } = await queues.send(new sqs.CreateQueueCommand({ QueueName: 'done' }));
    await create(FunctionName);
    await call('PutFunctionEventInvokeConfig', {
      FunctionName, DestinationConfig: { OnSuccess: { Destination: 'arn:aws:sqs:us-east-1:000000000000:done' } },
    });
    const dry = await call('Invoke', { FunctionName, InvocationType: 'DryRun' });
    assert.equal(dry.StatusCode, 204);
    const event = await call('Invoke', { FunctionName, InvocationType: 'Event', Payload: '{"n": 1}' });
    assert.equal(event.StatusCode, 202);
    const { Messages } = await queues.send(new sqs.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20, MaxNumberOfMessages: 10 }));
    assert.equal(Messages.length, 1);
    const { requestContext, requestPayload, responsePayload } = JSON.parse(Messages[0].Body);
    assert.equal(requestContext.requestId, event.$metadata.requestId);
    assert.deepEqual([requestPayload, responsePayload], [{ n: 1 }, { event: { n: 1 } }]);
  } finally {
    queues.destroy();
  }
});

const streaming = `export const handle = awslambda.streamifyResponse(async (event, stream) => {
  stream.write('first');
  await new Promise((resolve) => setTimeout(resolve, 100_000));
  if (event.fail) throw new RangeError('too far');
  stream.write('second');
  stream.end();
});`;
const text = (bytes) => Buffer.from(bytes).toString();

test('InvokeWithResponseStream: pieces come when the function writes them', async () => {
  const FunctionName = 'stream';
  await create(FunctionName, streaming, { Timeout: 300 });
  const answer = await call('InvokeWithResponseStream', { FunctionName, Payload: '{}', LogType: 'Tail' });
  assert.deepEqual([answer.StatusCode, answer.ExecutedVersion], [200, '$LATEST']);
  const events = answer.EventStream[Symbol.asyncIterator]();
  assert.equal(text((await events.next()).value.PayloadChunk.Payload), 'first');
  await server.advance('100s');
  assert.equal(text((await events.next()).value.PayloadChunk.Payload), 'second');
  const { InvokeComplete } = (await events.next()).value;
  assert.equal(InvokeComplete.ErrorCode, undefined);
  assert.match(Buffer.from(InvokeComplete.LogResult, 'base64').toString(), /^REPORT /m);
  assert.equal((await events.next()).done, true);
});

test('InvokeWithResponseStream: a failure ends the stream with its name', async () => {
  const FunctionName = 'stream-failing';
  await create(FunctionName, streaming, { Timeout: 300 });
  const answer = await call('InvokeWithResponseStream', { FunctionName, Payload: '{"fail": true}' });
  const events = answer.EventStream[Symbol.asyncIterator]();
  assert.equal(text((await events.next()).value.PayloadChunk.Payload), 'first');
  await server.advance('100s');
  const { InvokeComplete } = (await events.next()).value;
  assert.match(InvokeComplete.ErrorCode, /RangeError/);
  assert.match(InvokeComplete.ErrorDetails, /too far/);
  await refused(call('InvokeWithResponseStream', { FunctionName: 'none' }), 'ResourceNotFoundException', 404, /Function not found/);
});

test('a function URL with RESPONSE_STREAM: pieces come when the function writes them, or the connection breaks', async () => {
  const FunctionName = 'url-stream';
  await create(FunctionName, streaming.replace('event.fail', "event.rawPath === '/fail'"), { Timeout: 300 });
  const made = await call('CreateFunctionUrlConfig', { FunctionName, AuthType: 'NONE', InvokeMode: 'RESPONSE_STREAM' });
  const url = `${server.endpoint}/_aws/lambda-url/${new URL(made.FunctionUrl).hostname.split('.')[0]}`;
  for (const path of ['/', '/fail']) {
    const answer = await fetch(url + path);
    assert.equal(answer.status, 200);
    const pieces = answer.body.getReader();
    assert.equal(text((await pieces.read()).value), 'first');
    await server.advance('100s');
    if (path === '/fail') {
      await assert.rejects(pieces.read());
    } else {
      assert.equal(text((await pieces.read()).value), 'second');
      assert.equal((await pieces.read()).done, true);
    }
  }
});

test('permissions and a function URL', async () => {
  const FunctionName = 'url';
  await create(FunctionName);
  const configuration = { FunctionName, AuthType: 'NONE', Cors: { AllowOrigins: ['*'], MaxAge: 60 } };
  const made = await call('CreateFunctionUrlConfig', configuration);
  assert.match(made.FunctionUrl, /^https:\/\/[a-z0-9]{32}\.lambda-url\.us-east-1\.on\.aws\/$/);
  await refused(call('CreateFunctionUrlConfig', configuration), 'ResourceConflictException', 409, /FunctionUrlConfig exists/);
  await call('UpdateFunctionUrlConfig', { FunctionName, InvokeMode: 'RESPONSE_STREAM' });
  const found = await call('GetFunctionUrlConfig', { FunctionName });
  assert.deepEqual([found.InvokeMode, found.Cors], ['RESPONSE_STREAM', { AllowOrigins: ['*'], MaxAge: 60 }]);
  assert.equal((await call('ListFunctionUrlConfigs', { FunctionName })).FunctionUrlConfigs.length, 1);

  const permission = { FunctionName, StatementId: 'public', Action: 'lambda:InvokeFunctionUrl', Principal: '*', FunctionUrlAuthType: 'NONE' };
  const { Statement } = await call('AddPermission', permission);
  assert.deepEqual(JSON.parse(Statement), {
    Sid: 'public', Effect: 'Allow', Principal: '*', Action: 'lambda:InvokeFunctionUrl', Resource: arnOf(FunctionName),
    Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } },
  });
  await refused(call('AddPermission', permission), 'ResourceConflictException', 409, /already exists/);
  assert.equal(JSON.parse((await call('GetPolicy', { FunctionName })).Policy).Statement.length, 1);
  await call('RemovePermission', { FunctionName, StatementId: 'public' });
  await refused(call('GetPolicy', { FunctionName }), 'ResourceNotFoundException', 404, /does not exist/);
  await call('DeleteFunctionUrlConfig', { FunctionName });
  await refused(call('GetFunctionUrlConfig', { FunctionName }), 'ResourceNotFoundException', 404, /does not exist/);
});

test('reserved concurrency of 0 refuses every invocation', async () => {
  const FunctionName = 'reserved';
  await create(FunctionName);
  await call('PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions: 0 });
  assert.equal((await call('GetFunctionConcurrency', { FunctionName })).ReservedConcurrentExecutions, 0);
  await assert.rejects(invoke(FunctionName), (error) => {
    assert.ok(error instanceof sdk.TooManyRequestsException);
    assert.deepEqual([error.$metadata.httpStatusCode, error.Reason], [429, 'ReservedFunctionConcurrentInvocationLimitExceeded']);
    return true;
  });
  await call('DeleteFunctionConcurrency', { FunctionName });
  assert.deepEqual((await invoke(FunctionName, { a: 1 })).result, { event: { a: 1 } });
  await refused(call('PutProvisionedConcurrencyConfig', { FunctionName, Qualifier: '$LATEST', ProvisionedConcurrentExecutions: 1 }),
    'InvalidParameterValueException', 400, /unpublished/);
});

test('event source mappings, from their creation to their deletion', async () => {
  const FunctionName = 'mapped';
  await create(FunctionName);
  const queues = new sqs.SQSClient(server.configuration);
  const uuids = [];
  try {
    for (const QueueName of ['one', 'two', 'three']) {
      await queues.send(new sqs.CreateQueueCommand({ QueueName }));
      const EventSourceArn = `arn:aws:sqs:us-east-1:000000000000:${QueueName}`;
      const made = await call('CreateEventSourceMapping', { FunctionName, EventSourceArn, BatchSize: 5 });
      assert.deepEqual([made.State, made.BatchSize, made.FunctionArn], ['Creating', 5, arnOf(FunctionName)]);
      uuids.push(made.UUID);
    }
  } finally {
    queues.destroy();
  }
  const [UUID] = uuids;
  await refused(call('UpdateEventSourceMapping', { UUID, Enabled: false }), 'ResourceInUseException', 400, /in use/);
  await server.advance('10s');
  assert.equal((await call('UpdateEventSourceMapping', { UUID, Enabled: false })).State, 'Disabling');
  await server.advance('10s');
  assert.equal((await call('GetEventSourceMapping', { UUID })).State, 'Disabled');
  const listed = [];
  for await (const page of sdk.paginateListEventSourceMappings({ client: lambda, pageSize: 2 }, { FunctionName })) {
    assert.ok(page.EventSourceMappings.length <= 2);
    listed.push(...page.EventSourceMappings.map((mapping) => mapping.UUID));
  }
  assert.deepEqual(listed.sort(), [...uuids].sort());
  assert.equal((await call('DeleteEventSourceMapping', { UUID })).State, 'Deleting');
  assert.equal((await call('GetEventSourceMapping', { UUID })).State, 'Deleting');
  await server.advance('10s');
  await refused(call('GetEventSourceMapping', { UUID }), 'ResourceNotFoundException', 404, /does not exist/);
  await refused(
    call('CreateEventSourceMapping', { FunctionName, EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:two' }),
    'ResourceConflictException', 409, /already exists/);
});

test('tags', async () => {
  const { FunctionArn } = await create('tagged', echo, { Tags: { a: '1' } });
  await call('TagResource', { Resource: FunctionArn, Tags: { b: '2' } });
  await call('UntagResource', { Resource: FunctionArn, TagKeys: ['a'] });
  assert.deepEqual((await call('ListTags', { Resource: FunctionArn })).Tags, { b: '2' });
  assert.deepEqual((await call('GetFunction', { FunctionName: 'tagged' })).Tags, { b: '2' });
});

test('errors are the classes that programs catch', async () => {
  const FunctionName = 'mistakes';
  const refusal = (code) => create(FunctionName, echo, code);
  await refused(refusal({ Code: { ZipFile: Buffer.from('no zip') } }), 'InvalidParameterValueException', 400, /Could not unzip uploaded file/);
  await create(FunctionName);
  await refused(refusal({}), 'ResourceConflictException', 409, /^Function already exist: mistakes$/);
  await refused(call('Invoke', { FunctionName, Payload: '{' }), 'InvalidRequestContentException', 400, /Could not parse request body into json/);
  await assert.rejects(call('Invoke', { FunctionName, Payload: `"${'x'.repeat(7 << 20)}"` }), (error) => {
    assert.ok(error instanceof sdk.LambdaServiceException); // AWS's name for it on the wire is not the class's
    assert.deepEqual([error.name, error.$metadata.httpStatusCode], ['RequestEntityTooLargeException', 413]);
    return true;
  });
  await refused(call('Invoke', { FunctionName, Qualifier: 'none' }), 'ResourceNotFoundException', 404, /Function not found/);
});
