#!/usr/bin/env bash
# Shows that a change of the code kept the loss curve: trains the same small models, some seeds of each, at two commits and compares.
# Exit status 0 when they agree: bit for bit, or as `lyceum bench losses --help` says. The plots go to --plots.
#
# Usage: recipes/checks/same-losses.sh BEFORE [AFTER] [--kinds "gpt2:bf16 gpt2:f32"] [--seeds 3] [--steps 300] [--plots .] [-- more pretrain options]
# BEFORE and AFTER are commits; AFTER is this checkout as it stands when it is left out. A kind is model.family:dtype. What comes after -- is
# for the runs of AFTER alone, so that the check itself can be checked: -- --set optimizer.learning_rate=0.004
set -euo pipefail
home="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
usage() { sed -n 's/^# \(Usage: .*\)/\1/p' "${BASH_SOURCE[0]}" >&2; exit 2; }

kinds="gpt2:bf16 gpt2:f32" seeds=3 steps=300 plots="$PWD" commits=() more=()
while [ $# -gt 0 ]; do
  case "$1" in
    --kinds | --seeds | --steps | --plots) [ $# -ge 2 ] || usage; declare "${1#--}=$2"; shift ;;
    --) shift; more=("$@"); break ;;
    -*) usage ;;
    *) commits+=("$1") ;;
  esac
  shift
done
[ ${#commits[@]} -ge 1 ] && [ ${#commits[@]} -le 2 ] || usage

for commit in "${commits[@]}"; do
  git -C "$home" rev-parse --verify --quiet "$commit^{commit}" > /dev/null || { echo "There is no commit $commit here." >&2; exit 2; }
done

work="$(mktemp -d)"
cleanup() {
  for side in before after; do
    [ ! -d "$work/$side" ] || git -C "$home" worktree remove --force "$work/$side"
  done
  rm -rf "$work"
}
trap cleanup EXIT
git -C "$home" worktree add --quiet --detach "$work/before" "${commits[0]}"
after="$home"
if [ ${#commits[@]} = 2 ]; then
  git -C "$home" worktree add --quiet --detach "$work/after" "${commits[1]}"
  after="$work/after"
fi

train() { # checkout, run folder, kind, seed, more options
  local checkout="$1" run="$2" kind="$3" seed="$4"
  shift 4
  if ! "$checkout/lyceum" pretrain --data wordnet --out "$run" --seed "$seed" --threads 1 --dtype "${kind#*:}" --max-steps "$steps" \
      --set "model.family=${kind%:*}" --set model.depth=2 --set model.context=64 --set train.batch=16 --set tokenizer.vocabulary_size=1024 \
      --set optimizer.kind=adamw --set optimizer.learning_rate=0.002 --set "evaluate.every=$steps" --set evaluate.tokens=5000 \
      "$@" > "$run.log" 2>&1; then
    cat "$run.log" >&2
    exit 1
  fi
}

status=0
for kind in $kinds; do
  runs_before=() runs_after=()
  for ((seed = 1; seed <= seeds; seed++)); do
    echo "$kind, seed $seed of $seeds" >&2
    train "$work/before" "$work/before-$kind-$seed" "$kind" "$seed"
    train "$after" "$work/after-$kind-$seed" "$kind" "$seed" ${more[@]+"${more[@]}"}
    runs_before+=("$work/before-$kind-$seed")
    runs_after+=("$work/after-$kind-$seed")
  done
  echo "$kind:"
  plot="$plots/losses-${kind/:/-}.svg"
  "$home/lyceum" bench losses --before "${runs_before[@]}" --after "${runs_after[@]}" --plot "$plot" || status=1
  echo "plot: $plot"
done
exit "$status"
