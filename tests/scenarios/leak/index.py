"""Reads real randomness where no shim looks: two runs differ, and that must be noticed."""


def handler(event, context):
    with open("/proc/sys/kernel/random/uuid") as source:
        print(source.read())
