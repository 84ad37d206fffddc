'use strict';

// Runs a Node Lambda handler: loads it, asks the Runtime API for events, answers with results or errors.

const Connection = require('./connection.js');
const errors = require('./errors.js');
const loadHandler = require('./load.js');
const output = require('./output.js');
const { taskRoot } = require('./places.js');
const streaming = require('./streaming.js');

const PROCESS_UNDER_SHIM = 8; // what the shim shows as the process's number

let connection;
let handler;
let current; // the invocation under way
let errorPath = 'init/error'; // where an error that nobody catches is reported; none between invocations
let loopIsEmpty; // what to do when nothing is left to wait for

/** Without the shim this process would live on the real clock and the real network, unnoticed. */
function requireShim() {
  if (process.pid !== PROCESS_UNDER_SHIM) {
    console.log('orrery: this Node runs without Orrery\'s shim: it is a wrapper script or statically linked, and cannot ' +
      'be used');
    process.exit(1);
  }
}

/** Reports an error after which Lambda's runtime ends itself with `status`. */
function fail(title, error, status) {
  errors.log(title, error);
  loopIsEmpty = undefined;
  if (!errorPath) {
    process.exit(status);
  }
  const payload = errors.payload(error);
  const exit = () => process.exit(status);
  if (current?.streams) {
    connection.endStream(payload, exit);
  } else {
    connection.post(errorPath, JSON.stringify(payload), payload.errorType, exit);
  }
}

/** The ways in which an invocation can end; only the first one counts. */
class Invocation {
  constructor(id, isAsync) {
    this.id = id;
    this.ended = false;
    this.waitsForEmptyLoop = true;
    this.streams = false; // whether a part of a streamed response has gone out
    // A handler that forgot its callback answers null; one whose promise nobody can settle any more has failed.
    loopIsEmpty = () => {
      if (isAsync) {
        this.fail(new errors.RuntimeError('NodeJsExit',
          'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a ' +
          'Promise that was never settled. For more information, see ' +
          'https://nodejs.org/docs/latest/api/process.html#exit-codes'));
      } else {
        this.succeed(null);
      }
    };
  }

  first() {
    const first = !this.ended;
    this.ended = true;
    return first;
  }

  succeed(result) {
    if (this.first()) {
      this.post(result);
    }
  }

  fail(error) {
    if (this.first()) {
      this.postError(error);
    }
  }

  /** The third argument of a handler. */
  callback(error, result) {
    if (error !== undefined && error !== null) {
      this.fail(error);
    } else if (this.first()) {
      if (this.waitsForEmptyLoop) {
        loopIsEmpty = () => this.post(result);
      } else {
        this.post(result);
      }
    }
  }

  post(result) {
    let body;
    try {
      body = JSON.stringify(result === undefined ? null : result) ?? 'null';
    } catch {
      // BigInts and circles
      this.postError(new Error('Unable to stringify response body'));
      return;
    }
    this.answer('response', body, '');
  }

  postError(error) {
    errors.log('Invoke Error', error);
    const payload = errors.payload(error);
    if (this.streams) {
      this.endStream(payload);
    } else {
      this.answer('error', JSON.stringify(payload), payload.errorType);
    }
  }

  beginStream(type) {
    if (!this.streams) {
      this.streams = true;
      connection.beginStream(`invocation/${this.id}/response?next`, type);
    }
  }

  /** A part of a streamed response. */
  streamed(type, bytes, written) {
    if (this.ended) {
      written();
      return;
    }
    this.beginStream(type);
    if (bytes.length > 0) {
      connection.stream(bytes, written);
    } else {
      written();
    }
  }

  streamEnded(type) {
    if (this.first()) {
      this.beginStream(type);
      this.endStream();
    }
  }

  endStream(error) {
    loopIsEmpty = undefined;
    errorPath = '';
    this.streams = false;
    connection.endStream(error, invoke);
  }

  answer(kind, body, errorType) {
    loopIsEmpty = undefined;
    errorPath = '';
    // Orrery answers "?next" with the next invocation.
    connection.post(`invocation/${this.id}/${kind}?next`, body, errorType, invoke);
  }
}

// Of every invocation's context. A look at the environment's variables is a call out of JavaScript.
const whatStays = {
  functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
  logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
};

function headerObject(text) {
  return text ? JSON.parse(text) : undefined;
}

/** What a handler gets as its second argument. [docs: nodejs-context] */
function contextOf(headers, invocation) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    get callbackWaitsForEmptyEventLoop() {
      return invocation.waitsForEmptyLoop;
    },
    set callbackWaitsForEmptyEventLoop(waits) {
      invocation.waitsForEmptyLoop = waits;
    },
    succeed: (result) => invocation.succeed(result),
    fail: (error) => invocation.fail(error ?? 'handled'),
    done: (error, result) => (error ?? null) === null ? invocation.succeed(result) : invocation.fail(error),
    ...whatStays,
    clientContext: headerObject(headers['lambda-runtime-client-context']),
    identity: headerObject(headers['lambda-runtime-cognito-identity']),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    tenantId: headers['lambda-runtime-aws-tenant-id'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

function invoke(headers, body) {
  const id = headers['lambda-runtime-aws-request-id'];
  const invocation = new Invocation(id, handler.constructor?.name === 'AsyncFunction');
  current = invocation;
  output.setRequestId(id);
  errorPath = `invocation/${id}/error`;
  process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'] ?? '';
  try {
    if (streaming.isStreaming(handler)) {
      stream(invocation, JSON.parse(body || '{}'), contextOf(headers, invocation));
      return;
    }
    const result = handler(JSON.parse(body || '{}'), contextOf(headers, invocation),
      (error, value) => invocation.callback(error, value));
    if (typeof result?.then === 'function') {
      result.then((value) => invocation.succeed(value), (error) => invocation.fail(error ?? 'handled'));
    }
  } catch (error) {
    invocation.fail(error);
  }
}

/** A handler that streams is over when its promise is settled and its stream has ended. */
function stream(invocation, event, context) {
  const response = new streaming.ResponseStream(invocation);
  response.on('error', (error) => invocation.fail(error));
  Promise.resolve(handler(event, response, context))
    .then(() => response.writableEnded || response.end(), (error) => invocation.fail(error ?? 'handled'));
}

async function main() {
  requireShim();
  output.patchConsole();
  streaming.install();
  process.argv.length = 2;
  await new Promise((opened) => {
    connection = new Connection(process.env.AWS_LAMBDA_RUNTIME_API, opened);
  });
  process.on('uncaughtException', (error) => fail('Uncaught Exception', error, 129));
  process.on('unhandledRejection', (reason, promise) => {
    const error = new errors.RuntimeError('UnhandledPromiseRejection', reason);
    fail('Unhandled Promise Rejection', Object.assign(error, { reason, promise }), 128);
  });
  process.on('beforeExit', () => {
    const next = loopIsEmpty;
    loopIsEmpty = undefined;
    next?.();
  });
  handler = await loadHandler(taskRoot, process.env._HANDLER);
  connection.next(invoke);
}

main().catch((error) => fail('Uncaught Exception', error, 129));
