'use strict';

// Errors as Lambda's Node runtime reports and logs them. [aws-lambda-nodejs-runtime-interface-client]

const { isNativeError } = require('node:util').types;

const output = require('./output.js');
const { shown, shownStack } = require('./places.js');

/** An error of the runtime's own: "Runtime.ImportModuleError" and the like. */
class RuntimeError extends Error {
  constructor(type, message) {
    super(message);
    Object.defineProperty(this, 'name', { value: `Runtime.${type}` });
    // The stack's first line was written before the name was known.
    this.stack = this.stack.replace(/^Error/, this.name);
  }
}

function looksLikeError(value) {
  return isNativeError(value) ||
    Boolean(value && typeof value.name === 'string' && typeof value.message === 'string' &&
      typeof value.stack === 'string');
}

/** What the caller gets as the payload. */
function payload(error) {
  try {
    if (looksLikeError(error)) {
      return {
        errorType: error.name,
        errorMessage: shown(String(error.message)),
        trace: shownStack(String(error.stack)),
      };
    }
    return { errorType: typeof error, errorMessage: shown(error.toString()), trace: [] };
  } catch {
    return {
      errorType: 'handled',
      errorMessage: 'callback called with Error argument, but there was a problem while retrieving one or more of ' +
        'its message, name, and stack',
    };
  }
}

function withHiddenMembers(value) {
  if (!(value instanceof Error) && !isNativeError(value)) {
    return value;
  }
  const members = { errorType: value.name, errorMessage: value.message, code: value.code, ...value };
  if (typeof value.stack === 'string') {
    members.stack = shownStack(value.stack);
  }
  return members;
}

function log(title, reason) {
  const error = looksLikeError(reason) ? reason : new Error(reason);
  let text;
  try {
    text = JSON.stringify(error, (_, value) => withHiddenMembers(value));
  } catch {
    text = JSON.stringify(payload(error));
  }
  output.record('ERROR', [`${title} \t${shown(text)}`]);
}

module.exports = { RuntimeError, payload, log };
