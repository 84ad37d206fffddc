import json


def handler(event, context):
    """Adds up the points of each player within a window; the window's last invocation tells the totals."""
    totals = event['state']

    for record in event['Records']:
        image = record['dynamodb'].get('NewImage')
        if record['eventName'] != 'INSERT' or image is None:
            continue
        player = image['player']['S']
        totals[player] = totals.get(player, 0) + int(image['points']['N'])

    if event['isWindowTerminatedEarly']:
        print('the window ended early')
    if event['isFinalInvokeForWindow']:
        window = event['window']
        print(f"{window['start']} to {window['end']}: {json.dumps(totals, sort_keys=True)}")

    return {'state': totals}
