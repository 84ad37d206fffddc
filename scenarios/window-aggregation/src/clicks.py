import base64
import json


def handler(event, context):
    """Counts the clicks on each page within a window."""
    clicks = event['state']

    for record in event['Records']:
        page = json.loads(base64.b64decode(record['kinesis']['data']))['page']
        clicks[page] = clicks.get(page, 0) + 1

    if event['isFinalInvokeForWindow']:
        print(f"{event['shardId']} {event['window']['start']}: {json.dumps(clicks, sort_keys=True)}")

    return {'state': clicks}
