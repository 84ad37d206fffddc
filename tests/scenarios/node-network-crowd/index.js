// Each job sends twenty messages at once to AWS's own host name, by HTTPS, and asks a worker thread for a number.
const { Worker } = require("worker_threads");
const { once } = require("events");

async function send(body) {
    const answer = await fetch(`https://sqs.${process.env.AWS_REGION}.amazonaws.com/`, {
        method: "POST",
        headers: { "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.SendMessage" },
        body: JSON.stringify({ QueueUrl: process.env.RESULTS, MessageBody: JSON.stringify(body) }),
        signal: AbortSignal.timeout(5000),
    });
    if (answer.status !== 200) {
        throw new Error(await answer.text());
    }
    return (await answer.json()).MessageId;
}

async function fromWorker() {
    const worker = new Worker(
        'setTimeout(() => require("worker_threads").parentPort.postMessage(Math.random()), 200)', { eval: true });
    const [number] = await once(worker, "message");
    return number;
}

exports.handler = async (event) => {
    for (const record of event.Records) {
        const { job } = JSON.parse(record.body);
        const ids = await Promise.all(
            Array.from({ length: 20 }, (_, part) => send({ job, part, random: Math.random(), at: Date.now() })));
        console.log("job", job, ids.join(" "), await fromWorker(), Date.now());
    }
};
