#!/usr/bin/env bash
# Evaluates once without interruption and once with kill -9 in the middle of tasks, and compares results.json: all but the times must be equal.
# Usage: recipes/checks/evaluate-kill-and-resume.sh MODEL DATA [TASKS] [LIMIT] [KILLS]; LYCEUM names another launcher than ./lyceum.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
model="$1" data="$2" tasks="${3:-zorro,arc_easy,copa}" limit="${4:-200}" kills="${5:-3}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
evaluate() {
  exec ${LYCEUM:-./lyceum} evaluate --model "$model" --data "$data" --tasks "$tasks" --limit "$limit" --threads 1 --out "$work/$1" 2>> "$work/$1.log" >&2
}
blocks() { if [ -f "$work/cut/answers.jsonl" ]; then wc -l < "$work/cut/answers.jsonl"; else echo 0; fi; }
results() { sed -E 's/"seconds":[0-9.E-]+,?//g' "$work/$1/results.json"; }

(evaluate whole)
RANDOM=1
for ((i = 1; i <= kills; i++)); do
  before="$(blocks)" more=$((1 + RANDOM % 4))
  (evaluate cut) & job=$!
  while kill -0 "$job" 2>/dev/null && (($(blocks) < before + more)); do sleep 0.05; done
  if pkill -KILL -P "$job" 2>/dev/null || kill -KILL "$job" 2>/dev/null; then
    echo "killed behind block $(blocks)" >&2
  fi
  wait "$job" 2>/dev/null || true
done
(evaluate cut)
if cmp <(results whole) <(results cut); then
  echo "equal: results.json agrees in all but the times after $kills kills ($(blocks) blocks)"
else
  exit 1
fi
