process.on('message', (number) => setTimeout(() => process.send(number * number), 100));
