"""Makes src/test/resources/recurrent: for each of PyTorch's recurrent layers, two layers deep and read both ways, the weights, a padded batch
with its lengths, the hidden states of the packed sequences and every gradient of their product with fixed weights.

Run with torch and safetensors installed:  python make_recurrent_fixtures.py
"""
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

OUT = Path(__file__).resolve().parents[1] / "resources" / "recurrent"
OUT.mkdir(parents=True, exist_ok=True)
for kind, layer in {"elman": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}.items():
    torch.manual_seed(1)
    net = layer(3, 4, num_layers=2, bidirectional=True, batch_first=True)
    lengths = torch.tensor([5, 2, 4, 1])
    x = torch.randn(4, 5, 3, requires_grad=True)
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    hidden, _ = pad_packed_sequence(net(packed)[0], batch_first=True)
    r = torch.randn(hidden.shape)
    (hidden * r).sum().backward()
    tensors = {"x": x, "lengths": lengths, "hidden": hidden, "r": r, "x.gradient": x.grad}
    for name, weight in net.named_parameters():
        tensors[name] = weight
        tensors[name + ".gradient"] = weight.grad
    save_file({name: tensor.detach().contiguous() for name, tensor in tensors.items()}, OUT / f"{kind}.safetensors")
