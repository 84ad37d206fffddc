// Starts `orrery serve` for a test and talks to its control endpoints.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export class Server {
  /** Its clock stands still until a test moves it, or as `clock` says. */
  static async start(binary, clock = 'paused') {
    const server = new Server();
    server.process = spawn(binary, ['serve', '--port', '0', '--clock', clock], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: server.process.stdout })) {
      server.endpoint = line.match(/http:\/\/[0-9.]+:[0-9]+/)?.[0];
      if (server.endpoint) break;
    }
    assert.ok(server.endpoint, 'orrery serve ended before it was ready');
    return server;
  }

  /** How an SDK's client finds it: one attempt, so that a test sees each answer. */
  get configuration() {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    return { endpoint: this.endpoint, region: 'us-east-1', maxAttempts: 1, credentials };
  }

  async advance(duration) {
    const answer = await fetch(`${this.endpoint}/_orrery/clock`, {
      method: 'POST',
      body: JSON.stringify({ advance: duration }),
    });
    assert.equal(answer.status, 200, await answer.text());
  }

  async stop() {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGTERM');
    assert.equal(await ended, 0);
  }
}
