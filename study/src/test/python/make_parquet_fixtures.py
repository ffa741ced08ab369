"""Makes the fixtures of DatasetFolderTest: python make_parquet_fixtures.py ../resources/org/lyceum/study/evaluation/parquet (needs pyarrow)."""

import os
import sys

import pyarrow as pa
import pyarrow.parquet as pq

rows = [{"question": f"question {i} \u00e9", "choices": {"text": [f"a{i}", f"b{i}", "c"], "label": ["A", "B", "C"]}, "answer": "ABC"[i % 3],
         "place": i % 3, "weight": i / 4, "easy": i % 2 == 0, "hint": None if i % 2 else "look"} for i in range(12)]
os.makedirs(sys.argv[1], exist_ok=True)
for compression in ("snappy", "zstd", "gzip", "none"):
    pq.write_table(pa.Table.from_pylist(rows), os.path.join(sys.argv[1], f"{compression}.parquet"), compression=compression, row_group_size=5)
