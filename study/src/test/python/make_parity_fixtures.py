"""Makes the fixtures of ParityTest: a tiny random model, data, seven task files, and what lm-evaluation-harness finds.

Run with transformers, tokenizers and lm_eval (0.4.13 made what is committed):

    python make_parity_fixtures.py ../resources/org/lyceum/study/evaluation/parity
"""

import json
import os
import random
import sys

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

WORDS = ("the a old young red small big dog cat bird tree river house man woman child sees finds likes takes makes gives runs sleeps and or but "
         "with under over near because when then where who never always").split()
rng = random.Random(7)


def sentence(low, high):
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(low, high)))


def write(name, rows):
    with open(name, "w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def task(name, body):
    with open(name + ".yaml", "w", encoding="utf-8") as out:
        out.write(f"task: {name}\ndataset_path: json\ndataset_kwargs:\n  data_files: {{train: data/{name}.train.jsonl, "
                  f"test: data/{name}.jsonl}}\ntraining_split: train\ntest_split: test\nfewshot_split: train\n{body.strip()}\n")


def make_model():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=320, special_tokens=["<|endoftext|>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
                                  show_progress=False)
    tokenizer.train_from_iterator([sentence(20, 40) for _ in range(300)], trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|endoftext|>")
    torch.manual_seed(3)
    config = LlamaConfig(vocab_size=len(fast), hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
                         num_key_value_heads=1, max_position_embeddings=96, initializer_range=0.4, tie_word_embeddings=True,
                         eos_token_id=fast.eos_token_id, bos_token_id=None, rope_theta=10000.0)
    model = LlamaForCausalLM(config)
    model.save_pretrained("model")
    fast.save_pretrained("model")


def make_tasks():
    for name in ("choice", "cloze", "last_word", "rolling", "letter", "binary", "pairs"):
        for part, count in (("train", 6), ("", 40)):
            rows = []
            for _ in range(count):
                if name == "choice":
                    rows.append({"question": sentence(3, 9), "options": [sentence(1, 5) for _ in range(4)], "gold": rng.randrange(4)})
                elif name == "cloze":
                    rows.append({"contexts": [sentence(4, 8), sentence(4, 8)], "ending": sentence(2, 4), "gold": rng.randrange(2)})
                elif name == "last_word":
                    rows.append({"text": sentence(4, 12)})
                elif name == "rolling":
                    rows.append({"page": "\n\n".join(sentence(5, 60) for _ in range(rng.randint(1, 4))) + " \u00e9\u4e2d."})
                elif name == "letter":
                    rows.append({"text": sentence(3, 8), "letter": rng.choice("aeiou")})
                elif name == "binary":
                    rows.append({"text": sentence(3, 8), "label": rng.randrange(2)})
                else:
                    rows.append({"good": sentence(4, 9), "bad": sentence(4, 9)})
            write(f"data/{name}{'.train' if part else ''}.jsonl", rows)
    task("choice", """
output_type: multiple_choice
description: "Answer these.\\n\\n"
doc_to_text: "Question: {{ question }}\\nAnswer:"
doc_to_choice: options
doc_to_target: gold
num_fewshot: 1
fewshot_config: {sampler: first_n}
metric_list:
  - metric: acc
  - metric: acc_norm
""")
    task("cloze", """
output_type: multiple_choice
doc_to_text: gold
doc_to_choice: contexts
doc_to_target: ending
metric_list:
  - metric: acc
""")
    task("last_word", """
output_type: loglikelihood
doc_to_text: "{{ text.split(' ')[:-1] | join(' ') }}"
doc_to_target: "{{ ' ' + text.split(' ')[-1] }}"
metric_list:
  - metric: perplexity
  - metric: acc
""")
    task("rolling", """
output_type: loglikelihood_rolling
doc_to_text: ""
doc_to_target: "{{ page }}"
metric_list:
  - metric: word_perplexity
  - metric: byte_perplexity
  - metric: bits_per_byte
""")
    task("letter", """
output_type: generate_until
doc_to_text: "{{ text }} "
doc_to_target: letter
generation_kwargs: {until: ["\\n"], max_gen_toks: 12, do_sample: false}
filter_list:
  - name: vowel
    filter:
      - {function: regex, regex_pattern: "[aeiou]"}
      - {function: take_first}
metric_list:
  - metric: exact_match
""")
    task("binary", """
output_type: multiple_choice
doc_to_text: "{{ text }}\\nIs it so? "
doc_to_choice: ["no", "yes"]
doc_to_target: "{{ label }}"
target_delimiter: ""
metric_list:
  - metric: acc
  - metric: f1
  - metric: mcc
""")
    task("pairs", """
output_type: multiple_choice
doc_to_text: ""
doc_to_choice: "{{ [good, bad] }}"
doc_to_target: 0
metric_list:
  - metric: acc
""")


def evaluate():
    import lm_eval
    from lm_eval.models.huggingface import HFLM
    from lm_eval.tasks import TaskManager

    names = ["choice", "cloze", "last_word", "rolling", "letter", "binary", "pairs"]
    model = HFLM(pretrained="model", device="cpu", dtype="float32", batch_size=1)
    found = lm_eval.simple_evaluate(model=model, tasks=names, task_manager=TaskManager(include_path=".", include_defaults=False),
                                    bootstrap_iters=0, log_samples=True)
    expected = {}
    for name in names:
        values = {key.replace(",none", ""): value for key, value in found["results"][name].items()
                  if isinstance(value, float) and "stderr" not in key}
        answers = []
        for sample in sorted(found["samples"][name], key=lambda each: each["doc_id"]):
            answers.append([each[0] for each in sample["resps"]] if name not in ("rolling",) else [each[0] for each in sample["resps"]])
        expected[name] = {"values": values, "answers": answers}
    with open("expected.json", "w", encoding="utf-8") as out:
        json.dump({"lm_eval": lm_eval.__version__ if hasattr(lm_eval, "__version__") else "", "tasks": expected}, out, ensure_ascii=False,
                  indent=0)


if __name__ == "__main__":
    os.makedirs(os.path.join(sys.argv[1], "data"), exist_ok=True)
    os.chdir(sys.argv[1])
    os.environ["HF_HUB_OFFLINE"] = os.environ["HF_DATASETS_OFFLINE"] = "1"
    make_model()
    make_tasks()
    evaluate()
