"""Each child ends at the same instant, by itself or when its own child does; two threads wait for each."""
import subprocess
import threading


def reads(name, child):
    print(name, "has said", child.stdout.read())


def waits(name, child):
    print(name, "has ended with", child.wait())


def handler(event, context):
    threads = []
    for pair in range(3):
        for name, command in (
            (f"nested {pair}", ["sh", "-c", "sleep 0.2; echo something; exit 3"]),
            (f"plain {pair}", ["sleep", "0.2"]),
        ):
            child = subprocess.Popen(command, stdout=subprocess.PIPE)
            threads += [threading.Thread(target=wait, args=(name, child)) for wait in (reads, waits)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
