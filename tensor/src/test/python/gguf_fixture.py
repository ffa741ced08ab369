"""Writes python.gguf, the file that GgufFileTest and BlockFormatTest read: python tensor/src/test/python/gguf_fixture.py

One tensor of random blocks for each format, beside an F32 tensor of the values that gguf.quants.dequantize gives for them; and for the
formats that gguf can encode itself, what it makes of a tensor of normal numbers. Metadata of every type.

Needs: pip install gguf (made with gguf 0.19.0 and numpy 2.4.6).
"""

from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType as T
from gguf import GGUFValueType as V
from gguf import GGUFWriter, quants
from gguf.constants import GGML_QUANT_SIZES

ROWS, COLUMNS = 2, 256
# Where the f16 factors lie within a block: random bits there would be infinities and not-a-numbers.
FACTORS = {T.Q4_0: [0], T.Q4_1: [0, 2], T.Q5_0: [0], T.Q5_1: [0, 2], T.Q8_0: [0], T.Q2_K: [80, 82], T.Q3_K: [108], T.Q4_K: [0, 2],
           T.Q5_K: [0, 2], T.Q6_K: [208]}

random = np.random.default_rng(7)
writer = GGUFWriter(Path(__file__).resolve().parents[1] / "resources/org/lyceum/tensor/gguf/python.gguf", "llama")
writer.add_uint8("a.uint8", 255)
writer.add_int8("a.int8", -128)
writer.add_uint16("a.uint16", 65535)
writer.add_int16("a.int16", -32768)
writer.add_uint32("a.uint32", 2**32 - 1)
writer.add_int32("a.int32", -(2**31))
writer.add_float32("a.float32", 0.1)
writer.add_bool("a.bool", True)
writer.add_string("a.string", "größer\n")
writer.add_uint64("a.uint64", 2**63 - 1)
writer.add_int64("a.int64", -(2**63))
writer.add_float64("a.float64", 0.1)
for name, kind, values in [("uint8", V.UINT8, [0, 255]), ("int8", V.INT8, [-128]), ("uint16", V.UINT16, [65535]), ("int16", V.INT16, [-32768]),
                           ("uint32", V.UINT32, [0, 2**32 - 1]), ("int32", V.INT32, [-(2**31), 7]), ("float32", V.FLOAT32, [0.1, -2]),
                           ("bool", V.BOOL, [True, False]), ("string", V.STRING, ["", "Ġa", "b"]), ("uint64", V.UINT64, [2**63 - 1]),
                           ("int64", V.INT64, [-1]), ("float64", V.FLOAT64, [0.1])]:
    writer.add_key_value("list." + name, values, V.ARRAY, sub_type=kind)

for kind in [T.F32, T.F16, T.BF16, *FACTORS]:
    length, size = GGML_QUANT_SIZES[kind]
    if kind in FACTORS:
        blocks = random.integers(0, 256, (ROWS, COLUMNS // length, size), dtype=np.uint8)
        for at in FACTORS[kind]:
            blocks[..., at:at + 2] = random.normal(0, 0.02, (ROWS, COLUMNS // length, 1)).astype(np.float16).view(np.uint8)
        raw = blocks.reshape(ROWS, -1)
    else:
        raw = quants.quantize(random.normal(0, 1, (ROWS, COLUMNS)).astype(np.float32), kind)
    writer.add_tensor("blocks." + kind.name, raw, raw_dtype=kind)
    writer.add_tensor("values." + kind.name, np.ascontiguousarray(quants.dequantize(raw, kind), dtype=np.float32))

normal = (random.normal(0, 1, (4, 256)) * random.choice([0.01, 1, 30], (4, 256))).astype(np.float32)
normal[3, :64] = 0
normal[3, 64:96] = 0.5
writer.add_tensor("normal", normal)
for kind in [T.F16, T.BF16, T.Q8_0, T.Q4_0, T.Q5_0]:
    writer.add_tensor("encoded." + kind.name, quants.quantize(normal, kind), raw_dtype=kind)
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
