"""Evaluation in lm-evaluation-harness: python evaluate.py FOLDER BEGINNING, where spec.json and tasks/NAME.yaml are.

BEGINNING is the id of the token that stands before a text with nothing before it, below 0 for the harness's own choice. Commands:
"evaluate TASK" -> seconds, values by metric, n; "tune TASK" does the same with several batch sizes and keeps the fastest.
"""

import json
import os
import sys
import time

os.environ["HF_HUB_OFFLINE"] = os.environ["HF_DATASETS_OFFLINE"] = "1"
folder, beginning = os.path.abspath(sys.argv[1]), int(sys.argv[2])
with open(os.path.join(folder, "spec.json")) as file:
    spec = json.load(file)
os.environ["OMP_NUM_THREADS"] = str(spec["threads"])

import lm_eval
import torch
from lm_eval.evaluator import evaluate as run
from lm_eval.models.huggingface import HFLM
from lm_eval.tasks import TaskManager

import worker

BATCHES = (1, 8, 32)
torch.set_num_threads(spec["threads"])
os.chdir(spec["data"])  # what the tasks' files are relative to
model = HFLM(pretrained=spec["model"], device="cpu", dtype={"f32": "float32", "bf16": "bfloat16"}[spec["dtype"]], batch_size=1,
             prefix_token_id=None if beginning < 0 else beginning)
manager = TaskManager(include_path=os.path.join(folder, "tasks"), include_defaults=False)
tasks, batches = {}, {}


def once(name, batch):
    if name not in tasks:
        tasks[name] = manager.load([name])  # reads and converts the data
    model.batch_size_per_gpu = batch
    begin = time.perf_counter()
    found = run(model, tasks[name], limit=spec["limit"], bootstrap_iters=0, log_samples=False)
    seconds = time.perf_counter() - begin
    values = {key.split(",")[0]: value for key, value in found["results"][name].items()
              if isinstance(value, (int, float)) and "," in key and "stderr" not in key}
    return {"seconds": seconds, "values": values, "n": found["n-samples"][name]["effective"], "batch": batch}


def tune(name):
    found = [once(name, batch) for batch in BATCHES]
    best = min(found, key=lambda each: each["seconds"])
    batches[name] = best["batch"]
    return best


worker.serve({"name": f"lm_eval {lm_eval.__version__}" if hasattr(lm_eval, "__version__") else "lm_eval"},
             {"tune": tune, "evaluate": lambda name: once(name, batches.get(name, 1))})
