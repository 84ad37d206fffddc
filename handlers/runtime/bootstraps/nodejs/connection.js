'use strict';

// The Runtime API on one bare keep-alive socket: node:http costs more than the call. [docs: runtimes-api]
//
// Node has no blocking sockets, but one of its sockets can be made to block and be read as a file is. So a wait for
// the next invocation stops the whole event loop, as Lambda freezes an environment, and costs no poll.

const fs = require('node:fs');
const net = require('node:net');

const API = '/2018-06-01/runtime/';
const READ_AT_ONCE = 65536;

module.exports = class Connection {
  /** Connects, then calls `opened`. */
  constructor(address, opened) {
    const [host, port] = address.split(':');
    this.host = address;
    this.buffer = Buffer.allocUnsafeSlow(READ_AT_ONCE);
    const socket = net.connect({ host, port: Number(port), noDelay: true });
    this.socket = socket;
    socket.on('error', over);
    socket.on('connect', () => {
      socket.unref(); // an invocation is over when nothing but this socket is left to wait for
      socket._handle.readStop();
      socket._handle.setBlocking(true);
      this.descriptor = socket._handle.fd;
      opened();
    });
  }

  /** Asks for the next invocation: `answered(headers, body)`. */
  next(answered) {
    this.send(`GET ${API}invocation/next HTTP/1.1\r\nHost: ${this.host}\r\n\r\n`, answered);
  }

  post(path, body, errorType, answered) {
    const error = errorType ? `Lambda-Runtime-Function-Error-Type: ${errorType}\r\n` : '';
    this.send(
      `POST ${API}${path} HTTP/1.1\r\nHost: ${this.host}\r\nContent-Type: application/json\r\n${error}` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      answered);
  }

  /** Begins a response whose length is not known yet. */
  beginStream(path, type) {
    this.write(
      `POST ${API}${path} HTTP/1.1\r\nHost: ${this.host}\r\nContent-Type: ${type}\r\n` +
        'Lambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n' +
        'Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n');
  }

  /** `written` is called when the piece has gone out. */
  stream(bytes, written) {
    this.write(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]));
    setImmediate(written);
  }

  /** `error`: the payload of what broke it off, or nothing. */
  endStream(error, answered) {
    const trailers = error
      ? `Lambda-Runtime-Function-Error-Type: ${error.errorType}\r\n` +
        `Lambda-Runtime-Function-Error-Body: ${Buffer.from(JSON.stringify(error)).toString('base64')}\r\n`
      : '';
    this.send(`0\r\n${trailers}\r\n`, answered);
  }

  /** What is due in the event loop comes before the wait for the answer. */
  send(text, answered) {
    this.write(text);
    setImmediate(() => {
      if (process.listenerCount('SIGTERM') > 0) {
        this.receiveInLoop(answered);
      } else {
        this.receive(answered, 0);
      }
    });
  }

  /** Waits in the event loop, where those who want to know of the environment's end hear of it. */
  receiveInLoop(answered) {
    this.socket.once('data', (bytes) => {
      this.socket._handle.readStop();
      this.socket.unref();
      this.receive(answered, bytes.copy(this.buffer));
    });
    this.socket.ref();
    this.socket._handle.readStart();
  }

  write(text) {
    const bytes = Buffer.from(text);
    try {
      for (let written = 0; written < bytes.length;) {
        written += fs.writeSync(this.descriptor, bytes, written);
      }
    } catch {
      over();
    }
  }

  read(buffer, from) {
    let length = 0;
    try {
      length = fs.readSync(this.descriptor, buffer, from, buffer.length - from, null);
    } catch {
      // reset: as if closed
    }
    if (length === 0) {
      over();
    }
    return from + length;
  }

  /** Of what is received, `end` bytes are in the buffer. */
  receive(answered, end) {
    const findHeadEnd = () => this.buffer.subarray(0, end).indexOf('\r\n\r\n');
    let headEnd = findHeadEnd();
    while (headEnd < 0) {
      end = this.read(this.buffer, end);
      headEnd = findHeadEnd();
    }
    const headers = parseHeaders(this.buffer.latin1Slice(0, headEnd));
    const bodyBegin = headEnd + 4;
    const length = Number(headers['content-length'] || 0);
    if (end - bodyBegin >= length) {
      answered(headers, this.buffer.utf8Slice(bodyBegin, bodyBegin + length));
      return;
    }
    // At once what it needs: how many pieces it comes in differs from run to run, and memory must not.
    const body = Buffer.allocUnsafeSlow(length);
    let received = this.buffer.copy(body, 0, bodyBegin, end);
    while (received < length) {
      received = this.read(body, received);
    }
    answered(headers, body.utf8Slice(0, length));
  }
};

/** The environment is over. */
function over() {
  process.exit(0);
}

function parseHeaders(head) {
  const headers = {};
  const lines = head.split('\r\n');
  for (let index = 1; index < lines.length; ++index) {
    const colon = lines[index].indexOf(':');
    headers[lines[index].slice(0, colon).toLowerCase()] = lines[index].slice(colon + 1).trim();
  }
  return headers;
}
