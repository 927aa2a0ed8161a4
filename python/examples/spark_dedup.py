"""Deduplicates a table on a cluster: ``spark-submit spark_dedup.py INPUT OUTPUT WORK``.

INPUT and OUTPUT are what Spark reads and writes as Parquet: a folder, ``s3a://...``, ``gs://...``. WORK is a folder that the driver and
all workers see under one path, such as a mount; the same call goes on there where it was stopped.
"""

from __future__ import annotations

import sys

from pyspark.sql import SparkSession

import samestory.spark


def main() -> None:
    source, target, work = sys.argv[1:4]
    spark = SparkSession.builder.appName("samestory").getOrCreate()
    articles = spark.read.parquet(source)
    for stage in samestory.spark.describe(articles):
        print(f"{stage.name:12} {stage.tasks:6} tasks {stage.shuffled / 1e9:9.2f} GB to exchange {stage.largest / 1e6:9.1f} MB a task")
    kept = samestory.spark.dedup(articles, work=work, mode="staged")
    kept.write.mode("overwrite").parquet(target)
    spark.stop()


if __name__ == "__main__":
    main()
