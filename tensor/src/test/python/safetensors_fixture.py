"""Writes python.safetensors, the file that SafetensorsFileTest reads: python tensor/src/test/python/safetensors_fixture.py

Needs: pip install torch safetensors (made with torch 2.15.0 and safetensors 0.8.0).
"""

from pathlib import Path

import torch
from safetensors.torch import save_file

tensors = {
    "a.f32": torch.arange(6, dtype=torch.float32).reshape(2, 3) / 4,
    "b.bf16": torch.tensor([1.0, -2.5, 3.140625], dtype=torch.bfloat16),
    "c.f16": torch.tensor([0.5, 65504.0], dtype=torch.float16),
    "d.f64": torch.tensor(1.0e300, dtype=torch.float64),
    "e.i64": torch.tensor([-1, 2**62]),
    "f.i32": torch.tensor([[-7]], dtype=torch.int32),
    "g.i16": torch.tensor([-300, 300], dtype=torch.int16),
    "h.i8": torch.tensor([-128, 127, 0], dtype=torch.int8),
    "i.u8": torch.tensor([0, 255], dtype=torch.uint8),
    "j.bool": torch.tensor([True, False, True]),
    "k.empty": torch.zeros(0, 4),
    "ü.name": torch.tensor([42.0]),
}
here = Path(__file__).resolve().parents[1] / "resources/org/lyceum/tensor/safetensors"
here.mkdir(parents=True, exist_ok=True)
save_file(tensors, here / "python.safetensors", metadata={"format": "pt"})
