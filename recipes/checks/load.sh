#!/usr/bin/env bash
# The server under load: many connections at once for a while, with no error but 429 and nothing left over afterwards.
#
#   recipes/checks/load.sh MODEL [CONNECTIONS] [SECONDS]     64 connections for 120 s by default
#
# Prints latencies, statuses, and resident memory, running requests and open connections before and after. Fails where anything but 200 or
# 429 came, a request still runs afterwards, or memory in the second half of the load grew by more than 10% (and 64 MiB).
set -euo pipefail

model="$1"
connections="${2:-64}"
seconds="${3:-120}"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
lyceum="${LYCEUM:-$here/../../lyceum}"
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
log="$(mktemp)"

"$lyceum" serve --model "$model" --name loaded --port 0 2> "$log" &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -f "$log"' EXIT
until url="$(grep -o 'http://127[^/ ]*' "$log" | head -n 1)" && [ -n "$url" ]; do
  kill -0 "$server" 2>/dev/null || { cat "$log" >&2; exit 1; }
  sleep 0.2
done

rss() { awk '/VmRSS/ { print int($2 / 1024) }' "/proc/$server/status"; }
metric() { curl -s "$url/metrics" | awk -v name="$1" '$1 == name { print int($2) }'; }
look() {
  echo "$1: $(rss) MiB resident, $(metric lyceum_requests_running) running, $(metric lyceum_requests_queued) waiting," \
    "$(metric lyceum_cache_tokens) tokens cached of $(metric lyceum_cache_tokens_limit), $(metric lyceum_http_connections) connections"
}

look "before"
half=$(( seconds / 2 ))
"$java" "$here/Load.java" "$url" loaded "$connections" "$half"
sleep 1
look "half-way"
middle="$(rss)"
"$java" "$here/Load.java" "$url" loaded "$connections" "$(( seconds - half ))"
for _ in 1 2 3 4 5 6 7 8 9 10; do
  [ "$(metric lyceum_requests_running)" = 0 ] && break
  sleep 1
done
look "after"

[ "$(metric lyceum_requests_running)" = 0 ] || { echo "a request still runs" >&2; exit 1; }
grown=$(( $(rss) - middle ))
if [ "$grown" -gt $(( middle / 10 )) ] && [ "$grown" -gt 64 ]; then
  echo "memory grew by $grown MiB in the second half" >&2
  exit 1
fi
kill -TERM "$server"
wait "$server" && status=0 || status=$?
[ "$status" = 143 ] || { echo "the server ended with $status, not 143" >&2; cat "$log" >&2; exit 1; }
echo "no error but 429, nothing left over"
