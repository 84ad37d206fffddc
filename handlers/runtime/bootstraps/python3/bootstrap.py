"""Runs a Python Lambda handler: loads it, asks the Runtime API for events, answers with results or errors."""

import _signal
import gc
import importlib
import json
import logging
import os
import socket
import struct
import sys
import time
import traceback

_TASK_ROOT = os.environ["LAMBDA_TASK_ROOT"].rstrip("/")
_SHOWN_TASK_ROOT = "/var/task"
_API = "/2018-06-01/runtime/"
_PROCESS_UNDER_SHIM = 8  # what the shim shows as the process's number


class _Connection:
    """One keep-alive connection to the Runtime API, on a bare socket: http.client costs more than the call."""

    def __init__(self):
        host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
        self._host = f"{host}:{port}"
        self._waits_deaf = _waits_deaf()
        self._socket = socket.create_connection((host, int(port)))

    def get(self, path):
        self._socket.sendall(f"GET {_API}{path} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode())
        return self._read()

    def post(self, path, body, headers=""):
        head = f"POST {_API}{path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: application/json\r\n{headers}"
        self._socket.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        return self._read()

    def _read(self):
        head, separator, body = self._receive_first().partition(b"\r\n\r\n")
        while not separator:
            head, separator, body = (head + self._receive()).partition(b"\r\n\r\n")
        headers = {}
        for line in head.decode("latin-1").split("\r\n")[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        missing = int(headers.get("content-length", 0)) - len(body)
        if missing > 0:
            pieces = [body]
            while missing > 0:
                pieces.append(self._receive())
                missing -= len(pieces[-1])
            body = b"".join(pieces)
        return headers, body

    def _receive_first(self):
        if not self._waits_deaf or not callable(_signal.getsignal(_signal.SIGTERM)):
            return self._receive()
        before = _signal.pthread_sigmask(_signal.SIG_BLOCK, {_signal.SIGTERM})
        piece = self._receive()
        _signal.pthread_sigmask(_signal.SIG_SETMASK, before)
        return piece

    def _receive(self):
        piece = self._socket.recv(65536)
        if not piece:
            sys.exit(0)
        return piece


def _waits_deaf():
    """Up to 3.11, Lambda's runtime waits for events where no Python function that handles a signal can run."""
    minor = os.environ["AWS_EXECUTION_ENV"].rpartition("python3.")[2]
    return minor.isdigit() and int(minor) < 12


def _layer_paths():
    """Where layers put modules; AWS_EXECUTION_ENV has the version asked for, which may not be this one's."""
    opt = os.environ.pop("ORRERY_OPT", "/opt") + "/python"
    version = os.environ["AWS_EXECUTION_ENV"].rpartition("_")[2]
    return [f"{opt}/lib/{version}/site-packages", opt]


class _Members:
    """What a caller sent as JSON, as an object: members that are missing are None."""

    def __init__(self, values, **names):
        values = values or {}
        for attribute, name in names.items():
            setattr(self, attribute, values.get(name))


def _client_context(text):
    if not text:
        return None
    values = json.loads(text)
    context = _Members(values, custom="custom", env="env")
    context.client = _Members(
        values["client"], installation_id="installation_id", app_title="app_title",
        app_version_name="app_version_name", app_version_code="app_version_code",
        app_package_name="app_package_name") if values.get("client") else None
    return context


class _Context:
    """What a handler gets as its second argument."""

    def __init__(self, headers):
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.invoked_function_arn = headers["lambda-runtime-invoked-function-arn"]
        self._deadline_ms = int(headers["lambda-runtime-deadline-ms"])
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.client_context = _client_context(headers.get("lambda-runtime-client-context"))
        identity = headers.get("lambda-runtime-cognito-identity")
        self.identity = _Members(
            json.loads(identity) if identity else {},
            cognito_identity_id="cognitoIdentityId", cognito_identity_pool_id="cognitoIdentityPoolId")
        self.tenant_id = headers.get("lambda-runtime-aws-tenant-id")

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))


class _RecordHandler(logging.Handler):
    """Writes a log record as one event, however many lines it has."""

    request_id = ""

    def emit(self, record):
        try:
            _write_record(self.format(record))
        except Exception:
            self.handleError(record)

    def format(self, record):
        record.aws_request_id = self.request_id
        return super().format(record)


def _write_record(text):
    sys.stdout.flush()
    data = text.encode("utf-8", "replace")
    frame = b"\xa5\x5a\xff\x01" + struct.pack("<I", len(data)) + data
    while frame:
        frame = frame[os.write(1, frame):]


class _JsonFormatter(logging.Formatter):
    """With LogFormat JSON a record is an object, with the extra members that the caller gave it."""

    _OWN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "aws_request_id"}

    def format(self, record):
        shown = {"timestamp": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"), "level": record.levelname,
                 "message": record.getMessage(), "logger": record.name}
        if record.exc_info:
            kind, error, trace = record.exc_info
            shown.update(stackTrace=traceback.format_tb(trace), errorType=kind.__name__, errorMessage=str(error),
                         location=f"{record.pathname}:{record.funcName}:{record.lineno}")
        shown["requestId"] = record.aws_request_id
        shown.update((name, value) for name, value in vars(record).items() if name not in self._OWN)
        return json.dumps(shown, ensure_ascii=False, default=str) + "\n"


def _logs_json():
    return os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"


def _set_up_logging():
    if _logs_json():
        formatter = _JsonFormatter()
        level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "INFO")
        logging.getLogger().setLevel({"TRACE": "NOTSET", "FATAL": "CRITICAL"}.get(level, level))
    else:
        formatter = logging.Formatter(
            "[%(levelname)s]\t%(asctime)s.%(msecs)dZ\t%(aws_request_id)s\t%(message)s\n", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler = _RecordHandler()
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)
    return handler


class _LoadError(Exception):
    """The handler cannot be loaded: Lambda's own error type and message, not a traceback of the function's."""

    def __init__(self, error_type, message, frames=()):
        super().__init__(message)
        self.error_type = error_type
        self.frames = list(frames)


def _shown_frames(error):
    """The stack as the function would see it on Lambda: its code in /var/task, nothing of this file."""
    frames = []
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == __file__ or frame.filename.startswith("<frozen importlib"):
            continue
        name = frame.filename
        if name == _TASK_ROOT or name.startswith(_TASK_ROOT + "/"):
            name = _SHOWN_TASK_ROOT + name[len(_TASK_ROOT):]
        text = f'  File "{name}", line {frame.lineno}, in {frame.name}\n'
        if frame.line:
            text += f"    {frame.line}\n"
        frames.append(text)
    return frames


def _load_handler(name):
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as error:
        raise _LoadError("Runtime.MalformedHandlerName", f"Bad handler '{name}': {error}") from None
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise _LoadError("Runtime.ImportModuleError",
                         f"Unable to import module '{module_name}': {error}") from error
    except SyntaxError as error:
        shown = (error.filename or "").replace(_TASK_ROOT, _SHOWN_TASK_ROOT, 1)
        line = f'  File "{shown}" Line {error.lineno}\n    {(error.text or "").strip()}\n'
        raise _LoadError("Runtime.UserCodeSyntaxError",
                         f"Syntax error in module '{module_name}': {error.msg} ({os.path.basename(shown)}, "
                         f"line {error.lineno})", [line]) from error
    if not hasattr(module, function_name):
        raise _LoadError("Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'")
    return getattr(module, function_name)


def _describe(error, request_id):
    if isinstance(error, _LoadError):
        error_type, frames = error.error_type, error.frames
    else:
        error_type, frames = type(error).__name__, _shown_frames(error)
    return {"errorMessage": str(error), "errorType": error_type, "requestId": request_id, "stackTrace": frames}


def _log_error(described):
    if _logs_json():
        begin = {"timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "log_level": "ERROR"}
        _write_record(json.dumps({**begin, **described}, ensure_ascii=False) + "\n")
        return
    text = f"[ERROR] {described['errorType']}"
    if described["errorMessage"]:
        text += f": {described['errorMessage']}"
    text += "\nTraceback (most recent call last):\n"
    for frame in described["stackTrace"]:
        # Lambda shows the indentation as no-break spaces.
        for line in frame.splitlines(keepends=True):
            body = line.lstrip(" ")
            text += "\u00a0" * (len(line) - len(body)) + body
    _write_record(text)


def _report(connection, path, error, request_id):
    described = _describe(error, request_id)
    _log_error(described)
    return connection.post(path, json.dumps(described, ensure_ascii=False).encode("utf-8", "replace"),
                    f"Lambda-Runtime-Function-Error-Type: {described['errorType']}\r\n")


# json.dumps would make one for each answer.
_encode_json = json.JSONEncoder(ensure_ascii=False).encode


def _to_json(result):
    try:
        return _encode_json(result).encode("utf-8")
    except (TypeError, ValueError) as error:
        raise _LoadError("Runtime.MarshalError", f"Unable to marshal response: {error}") from error


def _require_shim():
    """Without the shim this process would live on the real clock and the real network, unnoticed."""
    if os.getpid() != _PROCESS_UNDER_SHIM:
        print("orrery: this Python runs without Orrery's shim. If 'python:' names a wrapper script, name the "
              "interpreter itself; a statically linked one cannot be used.")
        sys.exit(1)


# What the interpreter, the C library, OpenSSL and boto3 read once, when they begin. Time zones can be read again.
_READ_AT_START = ("PYTHON", "LD_", "LC_", "LANG", "GLIBC_", "MALLOC_", "OPENSSL", "BOTO_", "APPENGINE_", "HOME")
_VARIABLES_DESCRIPTOR = 903  # where the shim leaves those of a new environment
_find_on_path = importlib._bootstrap_external.PathFinder.find_spec


class _KeptPackages:
    """Finds packages of this machine that a process imported before it was forked: for whoever imports them.

    Until then they are not in sys.modules. They come all or, where the search path leads elsewhere for one, not at all.
    """

    def __init__(self, modules):
        self._modules = modules
        self._spec = None

    def find_spec(self, name, path=None, target=None):
        if name not in self._modules or not self._are_what_would_be_found():
            return None
        spec = self._modules[name].__spec__
        is_package = spec.submodule_search_locations is not None
        return type(spec)(name, self, origin=spec.origin, is_package=is_package)

    def _are_what_would_be_found(self):
        if not sys.modules.keys().isdisjoint(self._modules):
            return False
        for name in _top_level(self._modules):
            found = _find_on_path(name)
            if found is None or found.origin != self._modules[name].__spec__.origin:
                return False
        return True

    def create_module(self, spec):
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self]
        sys.modules.update(self._modules)
        module = self._modules[spec.name]
        self._spec = module.__spec__
        return module

    def exec_module(self, module):
        module.__spec__ = self._spec


def _top_level(modules):
    return list(dict.fromkeys(name.partition(".")[0] for name in modules))


def _preload(name):
    """Imports it, if there is one; returns the top-level names that came, and the modules of packages, put aside."""
    before = set(sys.modules)
    try:
        importlib.import_module(name)
    except Exception:
        pass  # the function will see why
    came = [name for name in _top_level(sys.modules) if name not in before]
    packages = {name for name in came if "-packages/" in (sys.modules[name].__spec__.origin or "")}
    kept = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in packages}
    for name in kept:
        del sys.modules[name]
    return came, kept


def _variables_read_at_start():
    return {name: value for name, value in os.environ.items() if name.startswith(_READ_AT_START)}


def _listing(folder):
    return os.listdir(folder) if os.path.isdir(folder) else []


def _brings_other(names):
    """Whether the function's code or layers have modules of these names, or libraries that a new program would load."""
    folders = [_TASK_ROOT, *_layer_paths()]
    same = {entry.partition(".")[0] for folder in folders for entry in _listing(folder)}.intersection(names)
    found = [_find_on_path(name, folders) for name in same]
    return any(spec is not None and spec.origin for spec in found) or any(
        entry.startswith("lib") and ".so" in entry
        for folder in (_TASK_ROOT, _TASK_ROOT + "/lib", "/opt/lib") for entry in _listing(folder))


def _await_environment(preload):
    """Stands ready until there is to be a new environment; returns as that, in a fork of this process.

    A function that would have begun otherwise than this process did becomes a program of its own.
    """
    variables_at_start = _variables_read_at_start()
    names, kept = _preload(preload) if preload else ([], {})
    "localhost".encode("idna")  # loads what the first connection needs
    gc.collect()
    gc.freeze()
    del os.environ["ORRERY_PRELOAD"]  # by which the shim knows the fork
    os.fork()  # returns in new environments only
    with open(_VARIABLES_DESCRIPTOR, "rb") as file:
        variables = file.read().split(b"\0")[:-1]
    os.environ.clear()
    os.environb.update(variable.split(b"=", 1) for variable in variables)
    if _variables_read_at_start() != variables_at_start or _brings_other(names):
        with open("/proc/self/cmdline", "rb") as file:
            command = file.read().split(b"\0")[:-1]
        os.execv(command[0], command)
    time.tzset()
    logging._startTime = time.time() if isinstance(logging._startTime, float) else time.time_ns()
    if kept:
        sys.meta_path.insert(0, _KeptPackages(kept))


def main():
    _require_shim()
    if "ORRERY_PRELOAD" in os.environ:
        _await_environment(os.environ["ORRERY_PRELOAD"])
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, errors="backslashreplace")
    del os.environ["PYTHONHASHSEED"]
    sys.argv = [sys.argv[0]]
    sys.path[:1] = [_TASK_ROOT, *_layer_paths()]
    log_handler = _set_up_logging()
    connection = _Connection()
    try:
        handler = _load_handler(os.environ["_HANDLER"])
    except Exception as error:
        _report(connection, "init/error", error, "")
        sys.exit(1)
    headers, body = connection.get("invocation/next")
    while True:
        context = _Context(headers)
        log_handler.request_id = context.aws_request_id
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("lambda-runtime-trace-id", "")
        path = f"invocation/{context.aws_request_id}/"
        # Orrery answers "?next" with the next invocation.
        try:
            answer = _to_json(handler(json.loads(body or b"{}"), context))
        except Exception as error:
            sys.stdout.flush()
            headers, body = _report(connection, path + "error?next", error, context.aws_request_id)
        else:
            sys.stdout.flush()
            headers, body = connection.post(path + "response?next", answer)


main()
