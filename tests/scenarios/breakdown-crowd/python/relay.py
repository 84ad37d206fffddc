"""Calls another function from five threads at once, waits for all, and starts one that nobody waits for."""
import concurrent.futures
import json

import boto3

functions = boto3.client("lambda")


def call(how):
    answer = functions.invoke(FunctionName="breaks", Payload=json.dumps({"how": how}))
    return how, answer.get("FunctionError"), answer["Payload"].read().decode()


def handler(event, context):
    functions.invoke(FunctionName="own", InvocationType="Event", Payload=json.dumps(event))
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(call, event["hows"]))
    print(answers)
    return [error for _, error, _ in answers]
