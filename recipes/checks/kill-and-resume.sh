#!/usr/bin/env bash
# Trains once without interruption and once with kill -9 at random moments, and compares the losses step for step.
# In f32 on one thread they must be equal to the last digit. Usage: recipes/checks/kill-and-resume.sh [STEPS] [KILLS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
steps="${1:-60}" kills="${2:-5}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
train() {
  ./lyceum pretrain --data wordnet --out "$work/$1" --depth 4 --max-steps "$steps" --checkpoint-every 5 --threads 1 --dtype f32 \
    --set evaluate.tokens=5000 2>> "$work/$1.log"
}
losses() { sed -n 's/^{"step":\([0-9]*\),"loss":\([^,]*\),.*/\1 \2/p' "$work/$1/metrics.jsonl"; }

echo "uninterrupted: $steps steps" >&2
train whole
RANDOM=1
for ((i = 1; i <= kills; i++)); do
  train cut & job=$!
  sleep $((15 + RANDOM % 30))
  if pkill -KILL -P "$job" 2>/dev/null || kill -KILL "$job" 2>/dev/null; then
    echo "killed after step $(losses cut | tail -n 1 | cut -d' ' -f1)" >&2
  fi
  wait "$job" 2>/dev/null || true
done
train cut
if cmp <(losses whole) <(losses cut); then
  echo "equal: the losses of all $(losses cut | wc -l) steps agree to the last digit after $kills kills"
else
  diff <(losses whole) <(losses cut) | head; exit 1
fi
