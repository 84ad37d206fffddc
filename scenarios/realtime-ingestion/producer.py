"""Puts events into a Kinesis stream as fast as it can."""
import json
import os
import random
import sys
import uuid
from datetime import datetime, timezone

import boto3

kinesis = boto3.client('kinesis')


def reading(number):
    return {
        'event_id': str(uuid.uuid4()),
        'number': number,
        'sensor': f'sensor-{random.randint(1, 5)}',
        'temperature': round(random.uniform(15, 35), 2),
        'at': datetime.now(timezone.utc).isoformat(),
    }


def main(count):
    for number in range(count):
        event = reading(number)
        kinesis.put_record(
            StreamName=os.environ['STREAM'],
            Data=json.dumps(event),
            PartitionKey=event['sensor'],
        )
    print(f'{count} events sent')


if __name__ == '__main__':
    main(int(sys.argv[1]))
