'use strict';

// Finds and loads the function's handler: "folder/file.export", CommonJS or ES module.
// [docs: nodejs-handler; aws-lambda-nodejs-runtime-interface-client]

const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const { RuntimeError } = require('./errors.js');
const { isStreaming } = require('./streaming.js');

/** The nearest package.json decides what a .js file is. */
function isModulePackage(folder) {
  if (folder.endsWith('/node_modules')) {
    return false;
  }
  const file = path.join(folder, 'package.json');
  if (fs.existsSync(file)) {
    try {
      return JSON.parse(fs.readFileSync(file)).type === 'module';
    } catch {
      return false;
    }
  }
  return folder !== '/' && isModulePackage(path.dirname(folder));
}

async function loadModule(taskRoot, folder, name) {
  const place = path.resolve(taskRoot, folder, name);
  const asModule = isModulePackage(path.dirname(place));
  for (const [extension, kind] of [['', 'cjs'], ['.js', asModule ? 'esm' : 'cjs'], ['.mjs', 'esm'], ['.cjs', 'cjs']]) {
    const file = place + extension;
    if (fs.statSync(file, { throwIfNoEntry: false })?.isFile()) {
      return kind === 'esm' ? import(pathToFileURL(file).href) : require(file);
    }
  }
  return require(require.resolve(name, { paths: [taskRoot, path.join(taskRoot, folder)] }));
}

async function loadOrExplain(taskRoot, folder, name) {
  try {
    return await loadModule(taskRoot, folder, name);
  } catch (error) {
    if (error instanceof SyntaxError) {
      const explained = new RuntimeError('UserCodeSyntaxError', String(error));
      explained.stack = error.stack;
      throw explained;
    }
    if (error?.code === 'MODULE_NOT_FOUND') {
      throw new RuntimeError('ImportModuleError', String(error));
    }
    throw error;
  }
}

function refuseRemovedCallbacks(handler) {
  const major = Number(/nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV)?.[1]);
  if (major >= 24 && handler.length >= 3 && !isStreaming(handler)) {
    throw new RuntimeError('CallbackHandlerDeprecated',
      'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to ' +
      'modify this function to use a supported handler signature to use Node.js 24 or later. For more information ' +
      'see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.');
  }
}

module.exports = async function loadHandler(taskRoot, name) {
  if (name.includes('..')) {
    throw new RuntimeError('MalformedHandlerName',
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`);
  }
  const file = path.basename(name);
  const parts = /^([^.]*)\.(.*)$/.exec(file);
  if (!parts) {
    throw new RuntimeError('MalformedHandlerName', 'Bad handler');
  }
  const loaded = await loadOrExplain(taskRoot, name.slice(0, name.length - file.length), parts[1]);
  const handler = parts[2].split('.').reduce((holder, member) => holder?.[member], loaded);
  if (!handler) {
    throw new RuntimeError('HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw new RuntimeError('HandlerNotFound', `${name} is not a function`);
  }
  refuseRemovedCallbacks(handler);
  return handler;
};
