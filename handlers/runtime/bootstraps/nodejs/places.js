'use strict';

// Where code lies, as it would on Lambda: paths in traces and logs are the same on every machine.

const fs = require('node:fs');
const { pathToFileURL } = require('node:url');

const taskRoot = process.env.LAMBDA_TASK_ROOT.replace(/\/+$/, '') || '/';
const names = [
  [__dirname, '/var/runtime'],
  [realPath(taskRoot), '/var/task'],
  [taskRoot, '/var/task'],
].flatMap(([from, to]) => [[pathToFileURL(from).href, `file://${to}`], [from, to]]);

function realPath(path) {
  try {
    return fs.realpathSync(path);
  } catch {
    return path;
  }
}

function shown(text) {
  for (const [from, to] of names) {
    if (text.includes(from)) {
      text = text.replaceAll(from, to);
    }
  }
  return text;
}

/** A stack's lines down to where this runtime's own begin. */
function shownStack(stack) {
  const lines = stack.split('\n');
  const own = lines.findIndex((line) => line.startsWith('    at ') && line.includes(__dirname));
  return shown((own < 0 ? lines : lines.slice(0, own)).join('\n')).split('\n');
}

module.exports = { taskRoot, shown, shownStack };
