"""AWS's clients for a test of them: Debian's, or current ones from the folder that the command line names. A test imports
this before boto3 or botocore. Usage of a test: NAME_test.py ORRERY [FOLDER-OF-A-CURRENT-CLI] [unittest options]."""

import os
import subprocess
import sys
import tempfile

binary = sys.argv.pop(1)
current_cli = sys.argv.pop(1) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else None
if current_cli:
    sys.path.insert(0, current_cli)
    import awscli  # from here on `botocore` is the one inside it, for Debian's boto3 as well

    assert awscli.__file__.startswith(current_cli), awscli.__file__
import botocore.session
from botocore.config import Config

ACCOUNT = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
COMMAND = [sys.executable, "-m", "awscli"] if current_cli else ["/usr/bin/aws"]


def settings(server):
    """What all of them are made with: one attempt, so that a refusal is seen and not retried; a long poll may take its
    time."""
    config = Config(retries={"max_attempts": 0}, read_timeout=60)
    return {"endpoint_url": server.endpoint, "config": config, **ACCOUNT}


def client(server, service, **more):
    return botocore.session.get_session().create_client(service, **{**settings(server), **more})


def run_cli(server, *words):
    """What a person types after `aws`, as a process that has ended."""
    with tempfile.TemporaryDirectory() as home:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_PAGER": "",
        }
        if current_cli:
            environment["PYTHONPATH"] = current_cli
        # Debian's CLI predates AWS_ENDPOINT_URL, and version 1 leaves it out for SQS in us-east-1.
        command = [*COMMAND, "--endpoint-url", server.endpoint, *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)


def aws(server, *words):
    """What `aws` prints for it, which must succeed."""
    done = run_cli(server, *words)
    if done.returncode != 0:
        raise AssertionError(f"aws {words}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout
