'use strict';

// What a function prints: console's records whole, with Lambda's prefix; everything else line by line.

const fs = require('node:fs');
const util = require('node:util');

const places = require('./places.js');

const FRAME_MARK = Buffer.from([0xa5, 0x5a, 0xff, 0x01]);

let requestId; // undefined until the first invocation, and shown as that word, as on Lambda

function writeFully(bytes) {
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(fs.writeSync(1, bytes));
    } catch (error) {
      if (error.code !== 'EAGAIN') {
        throw error;
      }
    }
  }
}

const ORDER = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const JSON_FORMAT = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
const LEAST = JSON_FORMAT ? ORDER.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL ?? 'INFO') : 0;

function describeError(error) {
  return {
    errorType: error.name,
    errorMessage: error.message,
    stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : [],
  };
}

/** With LogFormat JSON: an only value stays what it is, several become text. */
function jsonText(level, values) {
  const shown = { timestamp: new Date().toISOString(), level, requestId };
  const [only] = values;
  if (values.length === 1 && only instanceof Error) {
    Object.assign(shown, { message: describeError(only) });
  } else if (values.length === 1 && typeof only === 'object' && only !== null) {
    try {
      JSON.stringify(only);
      shown.message = only;
    } catch {
      shown.message = util.format(only);
    }
  } else {
    shown.message = util.format(...values);
  }
  return `${JSON.stringify(shown)}\n`;
}

/** One log event, however many lines it has. [LS test_invocation_with_logs] */
function record(level, values) {
  if (ORDER.indexOf(level) < LEAST) {
    return;
  }
  const text = JSON_FORMAT
    ? jsonText(level, values)
    : `${new Date().toISOString()}\t${requestId}\t${level}\t${util.format(...values)}\n`;
  const length = Buffer.alloc(4);
  const bytes = Buffer.from(places.shown(text));
  length.writeUInt32LE(bytes.length);
  writeFully(Buffer.concat([FRAME_MARK, length, bytes]));
}

const LEVELS = {
  trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', fatal: 'FATAL',
};

function patchConsole() {
  for (const [method, level] of Object.entries(LEVELS)) {
    console[method] = (...values) => record(level, values);
  }
  for (const name of ['stdout', 'stderr']) {
    waitForRoom(name);
  }
}

/** libuv's pipes queue what finds no room, which would be written after the invocation. */
function waitForRoom(name) {
  const { get } = Object.getOwnPropertyDescriptor(process, name);
  let stream;
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    get() {
      if (!stream) {
        stream = get.call(process);
        stream._handle?.setBlocking?.(true);
      }
      return stream;
    },
  });
}

module.exports = {
  patchConsole,
  record,
  setRequestId(id) {
    requestId = id;
  },
};
