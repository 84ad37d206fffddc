"""Counts a page's visits, and loses those that come while it counts."""
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def handler(event, context):
    for record in event["Records"]:
        page = record["body"]
        item = table.get_item(Key={"id": page}).get("Item", {"id": page, "visits": 0})
        # Whoever reads the item now adds one to the same number.
        table.put_item(Item={**item, "visits": item["visits"] + 1})
