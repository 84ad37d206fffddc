'use strict';

// The Runtime API on one bare keep-alive socket: node:http costs more than the call. [docs: runtimes-api]

const net = require('node:net');

const API = '/2018-06-01/runtime/';
const READ_AT_ONCE = 65536;

module.exports = class Connection {
  constructor(address) {
    const [host, port] = address.split(':');
    this.host = address;
    this.answered = undefined; // who gets the answer to the request under way
    this.unread = null;
    // Read into one buffer: a stream of buffers would cost as much as the rest of an invocation.
    this.socket = net.connect({
      host,
      port: Number(port),
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafeSlow(READ_AT_ONCE),
        callback: (length, buffer) => {
          this.receive(buffer.subarray(0, length));
          return true;
        },
      },
    });
    // The environment is over.
    this.socket.on('error', () => process.exit(0));
    this.socket.on('close', () => process.exit(0));
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
    this.socket.write(
      `POST ${API}${path} HTTP/1.1\r\nHost: ${this.host}\r\nContent-Type: ${type}\r\n` +
        'Lambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n' +
        'Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n');
  }

  /** `written` is called when the piece has gone out. */
  stream(bytes, written) {
    this.socket.cork();
    this.socket.write(`${bytes.length.toString(16)}\r\n`);
    this.socket.write(bytes);
    this.socket.write('\r\n', written);
    this.socket.uncork();
  }

  /** `error`: the payload of what broke it off, or nothing. */
  endStream(error, answered) {
    const trailers = error
      ? `Lambda-Runtime-Function-Error-Type: ${error.errorType}\r\n` +
        `Lambda-Runtime-Function-Error-Body: ${Buffer.from(JSON.stringify(error)).toString('base64')}\r\n`
      : '';
    this.send(`0\r\n${trailers}\r\n`, answered);
  }

  send(text, answered) {
    this.answered = answered;
    this.socket.ref();
    this.socket.write(text);
  }

  receive(bytes) {
    const unread = this.unread ? Buffer.concat([this.unread, bytes]) : bytes;
    const headEnd = unread.indexOf('\r\n\r\n');
    const headers = headEnd < 0 ? {} : parseHeaders(unread.latin1Slice(0, headEnd));
    const bodyEnd = headEnd + 4 + Number(headers['content-length'] || 0);
    if (headEnd < 0 || unread.length < bodyEnd) {
      this.unread = this.unread ? unread : Buffer.from(unread); // the next read overwrites `bytes`
      return;
    }
    const body = unread.utf8Slice(headEnd + 4, bodyEnd);
    this.unread = null;
    // An invocation is over when nothing but this socket is left to wait for.
    this.socket.unref();
    this.answered(headers, body);
  }
};

function parseHeaders(head) {
  const headers = {};
  const lines = head.split('\r\n');
  for (let index = 1; index < lines.length; ++index) {
    const colon = lines[index].indexOf(':');
    headers[lines[index].slice(0, colon).toLowerCase()] = lines[index].slice(colon + 1).trim();
  }
  return headers;
}
