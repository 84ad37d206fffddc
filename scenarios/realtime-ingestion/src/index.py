import base64
import json
import logging
import os
from decimal import Decimal

import boto3

logger = logging.getLogger()
logger.setLevel(logging.INFO)

table = boto3.resource('dynamodb').Table(os.environ['TABLE'])


def lambda_handler(event, context):
    for record in event['Records']:
        payload = base64.b64decode(record['kinesis']['data'])
        reading = json.loads(payload, parse_float=Decimal)
        reading['fahrenheit'] = reading['temperature'] * 9 / 5 + 32
        reading['shard'] = record['eventID'].split(':')[0]
        table.put_item(Item=reading)
    logger.info('%d events stored', len(event['Records']))
