"""Counts a page's visits: writes only what nobody has changed since it was read, and else begins again."""
import os
import time

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
changed = table.meta.client.exceptions.ConditionalCheckFailedException


def count(page):
    item = table.get_item(Key={"id": page}, ConsistentRead=True).get("Item")
    if item is None:
        table.put_item(Item={"id": page, "visits": 1}, ConditionExpression="attribute_not_exists(id)")
    else:
        table.put_item(Item={**item, "visits": item["visits"] + 1}, ConditionExpression="visits = :seen",
                       ExpressionAttributeValues={":seen": item["visits"]})


def handler(event, context):
    for record in event["Records"]:
        pause = 0.01
        while True:
            try:
                count(record["body"])
                break
            except changed:
                time.sleep(pause)
                pause *= 2
