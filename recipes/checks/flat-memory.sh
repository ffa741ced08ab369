#!/usr/bin/env bash
# Trains a model of 12 million parameters for 2,000 steps and compares the resident size after the last with that after step 200: within 3%.
# Usage: recipes/checks/flat-memory.sh [extra pretrain options]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
./lyceum pretrain --data wordnet --out "$work/run" --depth 6 --set train.batch=1 --set optimizer.kind=adamw --max-steps 2000 --set evaluate.every=100 --set evaluate.tokens=5000 "$@"
at() { sed -n "s/^{\"step\":$1,.*\"rss_bytes\":\([0-9.E]*\).*/\1/p" "$work/run/metrics.jsonl"; }
awk -v early="$(at 200)" -v late="$(at 2000)" 'BEGIN {
  printf "resident after step 200: %.0f MiB, after step 2000: %.0f MiB, ratio %.3f\n", early / 2^20, late / 2^20, late / early
  exit late / early > 1.03 }'
