"""The same checkpoint and data through lm-evaluation-harness and Lyceum: nine tasks of different kinds, the table of docs/evaluation.md.

Run with torch, transformers and lm_eval (0.4.13 made the table) on a Hugging Face model folder and the folder of evaluation data:

    python real_model_parity.py tasks DATA WORK                 # writes the task files and what they read into WORK
    python real_model_parity.py harness DATA WORK MODEL ID      # lm-evaluation-harness -> WORK/harness.json
    lyceum evaluate --model MODEL --tasks WORK --data WORK --limit 50 --out WORK/lyceum --json
    python real_model_parity.py table DATA WORK

ID is the token before a text with nothing before it: the end-of-text token's, which Lyceum takes.
"""

import glob
import json
import os
import re
import sys

LIMIT = 50
QUERY = "Sentence 1: {{ sentence1 }}\\nSentence 2: {{ sentence2 }}\\nQuestion: Do both sentences mean the same thing?\\nAnswer:"
TASKS = {
    "arc_easy": ("four choices", """
output_type: multiple_choice
doc_to_text: "{{ query }}\\nAnswer:"
doc_to_choice: choices
doc_to_target: gold
metric_list: [{metric: acc}, {metric: acc_norm}]"""),
    "piqa": ("two long choices", """
output_type: multiple_choice
doc_to_text: "{{ query }}\\nAnswer:"
doc_to_choice: choices
doc_to_target: gold
metric_list: [{metric: acc}, {metric: acc_norm}]"""),
    "winograd": ("two contexts before one ending", """
output_type: multiple_choice
doc_to_text: gold
doc_to_choice: context_options
doc_to_target: continuation
metric_list: [{metric: acc}]"""),
    "mrpc": ("two answers, three examples", f"""
output_type: multiple_choice
doc_to_text: "{QUERY}"
doc_to_choice: ["no", "yes"]
doc_to_target: label
num_fewshot: 3
fewshot_config: {{sampler: first_n}}
metric_list: [{{metric: acc}}, {{metric: f1}}]"""),
    "lambada": ("the last word", """
output_type: loglikelihood
doc_to_text: context
doc_to_target: "{{ ' ' + continuation }}"
metric_list: [{metric: acc}, {metric: perplexity}]"""),
    "zorro": ("whole sentences, nothing before them", """
output_type: multiple_choice
doc_to_text: ""
doc_to_choice: "{{ [good, bad] }}"
doc_to_target: 0
target_delimiter: ""
metric_list: [{metric: acc}]"""),
    "wikitext2": ("paragraphs as they come", """
output_type: loglikelihood_rolling
doc_to_text: ""
doc_to_target: "{{ text }}"
metric_list: [{metric: word_perplexity}, {metric: byte_perplexity}, {metric: bits_per_byte}]"""),
    "svamp": ("generation, the first number", """
output_type: generate_until
doc_to_text: "Question: {{ context }}\\nAnswer:"
doc_to_target: answer
num_fewshot: 3
fewshot_config: {sampler: first_n}
generation_kwargs: {until: ["\\n"], max_gen_toks: 16, do_sample: false}
filter_list:
  - name: number
    filter:
      - {function: regex, regex_pattern: "[0-9]+"}
      - {function: take_first}
metric_list: [{metric: exact_match}]"""),
    "last_word": ("generation, the first word", """
output_type: generate_until
doc_to_text: context
doc_to_target: continuation
generation_kwargs: {until: ["\\n"], max_gen_toks: 6, do_sample: false}
filter_list:
  - name: word
    filter:
      - {function: regex, regex_pattern: "[A-Za-z'-]+"}
      - {function: take_first}
metric_list: [{metric: exact_match, ignore_case: true}]"""),
}


def rows(data, name):
    foundry = os.path.join(data, "llm_foundry_eval")
    places = {"arc_easy": "world_knowledge/arc_easy", "piqa": "commonsense_reasoning/piqa", "winograd": "language_understanding/winograd_wsc",
              "lambada": "language_understanding/lambada_openai", "svamp": "symbolic_problem_solving/svamp", "last_word": "language_understanding/lambada_openai"}
    if name == "zorro":  # one pair of each file, then the next
        files = [[line.strip() for line in open(file, encoding="utf-8") if line.strip()]
                 for file in sorted(glob.glob(os.path.join(data, "zorro/sentences/babyberta/*.txt")))]
        return [{"bad": file[2 * i], "good": file[2 * i + 1]} for i in range(4) for file in files]
    if name == "wikitext2":
        text = open(os.path.join(data, "wikitext2/test.txt"), encoding="utf-8").read()
        return [{"text": line.strip()} for line in text.split("\n") if len(line) > 300 and len(line) < 1200]
    path = os.path.join(data, "babylm_glue/glue_filtered/mrpc.validation.json") if name == "mrpc" else os.path.join(foundry, places[name] + ".jsonl")
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def write_tasks(data, work):
    os.makedirs(os.path.join(work, "data"), exist_ok=True)
    for name, (_, body) in TASKS.items():
        all_rows = rows(data, name)
        for part, some in (("shots", all_rows[:8]), ("test", all_rows[8:8 + LIMIT])):
            with open(os.path.join(work, "data", f"{name}.{part}.jsonl"), "w", encoding="utf-8") as out:
                out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in some)
        with open(os.path.join(work, name + ".yaml"), "w", encoding="utf-8") as out:
            out.write(f"task: {name}\ndataset_path: json\ndataset_kwargs:\n  data_files: {{shots: data/{name}.shots.jsonl, "
                      f"test: data/{name}.test.jsonl}}\ntest_split: test\nfewshot_split: shots\n{body.strip()}\n")


def harness(work, model, beginning):
    os.environ["HF_HUB_OFFLINE"] = os.environ["HF_DATASETS_OFFLINE"] = "1"
    import lm_eval
    from lm_eval.models.huggingface import HFLM
    from lm_eval.tasks import TaskManager

    os.chdir(work)
    subject = HFLM(pretrained=model, device="cpu", dtype="float32", batch_size=8, max_length=8192, prefix_token_id=int(beginning))
    found = lm_eval.simple_evaluate(model=subject, tasks=list(TASKS), bootstrap_iters=0,
                                    task_manager=TaskManager(include_path=".", include_defaults=False))
    values = {name: {key.split(",")[0]: value for key, value in result.items() if "," in key and "stderr" not in key}
              for name, result in found["results"].items()}
    with open("harness.json", "w", encoding="utf-8") as out:
        json.dump(values, out, indent=1)


def table(work):
    with open(os.path.join(work, "harness.json"), encoding="utf-8") as file:
        theirs = json.load(file)
    with open(os.path.join(work, "lyceum/results.json"), encoding="utf-8") as file:
        ours = json.load(file)["results"]
    print("| task | kind | metric | lm-evaluation-harness | Lyceum |\n|---|---|---|---|---|")
    for name, (kind, _) in TASKS.items():
        for i, (metric, value) in enumerate(theirs[name].items()):
            own = next(score["value"] for key, score in ours[name]["metrics"].items() if re.split("[,@]", key)[0] == metric)
            print(f"| {name if i == 0 else ''} | {kind if i == 0 else ''} | {metric} | {value:.5g} | {own:.5g} |")
            within = abs(own - value) <= (1e-3 * abs(value) if "per" in metric else 1 / ours[name]["n"] + 1e-9)
            if not within:
                sys.exit(f"{name} {metric}: {value} and {own} are too far apart")


if __name__ == "__main__":
    verb, data, work = sys.argv[1:4]
    if verb == "tasks":
        write_tasks(data, os.path.abspath(work))
    elif verb == "harness":
        harness(os.path.abspath(work), os.path.abspath(sys.argv[4]), sys.argv[5])
    else:
        table(os.path.abspath(work))
