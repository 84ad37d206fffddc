'use strict';

// Response streaming: `awslambda`, the global that handlers ask for it. [docs: configuration-response-streaming]

const { Writable } = require('node:stream');

const HANDLER = Symbol('streams its response');
const PRELUDE_TYPE = 'application/vnd.awslambda.http-integration-response';
const PRELUDE_END = Buffer.alloc(8); // between the prelude's JSON and the body

/** What a streaming handler writes to: each piece goes out at once, with the end the invocation is over. */
class ResponseStream extends Writable {
  constructor(invocation) {
    super({ decodeStrings: true });
    this.invocation = invocation;
    this.contentType = 'application/octet-stream';
    this.prelude = undefined;
  }

  setContentType(type) {
    this.contentType = type;
  }

  _write(bytes, _encoding, done) {
    const prelude = this.prelude;
    this.prelude = undefined;
    this.invocation.streamed(this.contentType, prelude ? Buffer.concat([prelude, bytes]) : bytes, done);
  }

  _final(done) {
    if (this.prelude) {
      this._write(Buffer.alloc(0), '', () => this._final(done));
      return;
    }
    done();
    this.invocation.streamEnded(this.contentType);
  }
}

/** An HTTP response with a status and headers, for function URLs. */
function httpResponseStream(stream, metadata) {
  stream.setContentType(PRELUDE_TYPE);
  stream.prelude = Buffer.concat([Buffer.from(JSON.stringify(metadata ?? {})), PRELUDE_END]);
  return stream;
}

function install() {
  globalThis.awslambda = {
    streamifyResponse(handler, options) {
      handler[HANDLER] = { highWaterMark: options?.highWaterMark };
      return handler;
    },
    HttpResponseStream: { from: httpResponseStream },
  };
}

module.exports = { install, ResponseStream, isStreaming: (handler) => handler[HANDLER] !== undefined };
