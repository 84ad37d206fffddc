import json
import logging
import os
import sys

import pymysql

logger = logging.getLogger()
logger.setLevel(logging.INFO)

# The endpoint carries its port, ":3306".
host = os.environ["DB_ENDPOINT"][:-5]

# Outside the handler: one connection for every invocation that this environment serves.
try:
    connection = pymysql.connect(host=host, user=os.environ["DB_USER"], passwd=os.environ["DB_PASSWORD"],
                                 db=os.environ["DB_NAME"], connect_timeout=5)
except pymysql.MySQLError as error:
    logger.error("Could not connect to the MySQL instance.")
    logger.error(error)
    sys.exit(1)

logger.info("Connected to the RDS for MySQL instance.")


def lambda_handler(event, context):
    added = 0
    for record in event["Records"]:
        customer = json.loads(record["body"])
        with connection.cursor() as cursor:
            cursor.execute("create table if not exists Customer (CustID int NOT NULL, Name varchar(255) NOT NULL, "
                           "PRIMARY KEY (CustID))")
            cursor.execute("insert into Customer (CustID, Name) values (%s, %s)",
                           (customer["CustID"], customer["Name"]))
            connection.commit()
            cursor.execute("select * from Customer")
            logger.info("The following customers are registered:")
            for row in cursor:
                logger.info(row)
        added += 1
    return f"Added {added} items to RDS MySQL table"
