"""A GPT-2 in PyTorch: layer norm, learned positions, GELU (tanh), tied head. Its parameters have the names that Lyceum gives them."""

import json
import struct

import torch
import torch.nn as nn
import torch.nn.functional as F


class Attention(nn.Module):
    def __init__(self, spec):
        super().__init__()
        width = spec["width"]
        self.heads = spec["heads"]
        self.qkv = nn.Linear(width, 3 * width, bias=spec["bias"])
        self.output = nn.Linear(width, width, bias=spec["bias"])
        self.attend_f32 = False  # scaled_dot_product_attention in f32 under autocast; train.py measures which is faster

    def forward(self, x, cache=None):
        B, T, W = x.shape
        q, k, v = self.qkv(x).split(W, dim=2)
        q, k, v = (t.view(B, T, self.heads, W // self.heads).transpose(1, 2) for t in (q, k, v))  # (B, H, T, D)
        if cache is not None:
            k, v = cache.append(self, k, v)
        causal = T > 1
        if self.attend_f32:
            with torch.autocast(x.device.type, enabled=False):
                y = F.scaled_dot_product_attention(q.float(), k.float(), v.float(), is_causal=causal)
        else:
            y = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
        return self.output(y.transpose(1, 2).reshape(B, T, W))


class FeedForward(nn.Module):
    def __init__(self, spec):
        super().__init__()
        self.up = nn.Linear(spec["width"], 4 * spec["width"], bias=spec["bias"])
        self.down = nn.Linear(4 * spec["width"], spec["width"], bias=spec["bias"])

    def forward(self, x):
        return self.down(F.gelu(self.up(x), approximate="tanh"))


class Block(nn.Module):
    def __init__(self, spec):
        super().__init__()
        self.attention_norm = nn.LayerNorm(spec["width"])
        self.attention = Attention(spec)
        self.feed_forward_norm = nn.LayerNorm(spec["width"])
        self.feed_forward = FeedForward(spec)

    def forward(self, x, cache=None):
        x = x + self.attention(self.attention_norm(x), cache)
        return x + self.feed_forward(self.feed_forward_norm(x))


class GPT(nn.Module):
    """spec: vocabulary, context, width, depth, heads, bias."""

    def __init__(self, spec):
        super().__init__()
        self.embedding = nn.Embedding(spec["vocabulary"], spec["width"])
        self.positions = nn.Embedding(spec["context"], spec["width"])
        self.blocks = nn.ModuleList(Block(spec) for _ in range(spec["depth"]))
        self.norm = nn.LayerNorm(spec["width"])

    def hidden(self, ids, offset=0, cache=None):
        positions = torch.arange(offset, offset + ids.shape[1], device=ids.device)
        x = self.embedding(ids) + self.positions(positions)
        for block in self.blocks:
            x = block(x, cache)
        return self.norm(x)

    def forward(self, ids, targets):
        """ids and targets (B, T) -> the mean next-token loss."""
        logits = F.linear(self.hidden(ids), self.embedding.weight)  # (B, T, V)
        return F.cross_entropy(logits.view(-1, logits.size(-1)), targets.view(-1))


def read_weights(path):
    """The f32 tensors of a safetensors file, read one by one, so that no mapped file counts as this process's memory."""
    tensors = {}
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        header.pop("__metadata__", None)
        for name, entry in header.items():
            begin, end = entry["data_offsets"]
            tensor = torch.empty(entry["shape"], dtype=torch.float32)
            file.seek(8 + length + begin)
            if file.readinto(memoryview(tensor.numpy()).cast("B")) != end - begin:
                raise EOFError(f"{path} is cut off")
            tensors[name] = tensor
    return tensors
