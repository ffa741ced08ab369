#!/usr/bin/env bash
# The server under load: many connections at once for a while, with no error but 429, a level memory, and nothing left over afterwards.
#
#   recipes/checks/load.sh MODEL [CONNECTIONS] [SECONDS]     64 connections for 120 s by default, after 30 s to warm up
#
# Prints resident memory, running requests and open connections as they go, then latencies and statuses. In the first seconds memory grows,
# by compiled code, caches that fill and buffers that reach their size; after that it must stay where it is. Fails where anything but 200
# or 429 came, where a request still runs afterwards, and where the most memory in the last third of the load is more than 5% and 16 MiB
# above the most in its first third.
set -euo pipefail

model="$1"
connections="${2:-64}"
seconds="${3:-120}"
warm_up=30
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
lyceum="${LYCEUM:-$here/../../lyceum}"
log="$(mktemp)"

"$lyceum" serve --model "$model" --name loaded --port 0 2> "$log" &
server=$!
load=""
trap 'kill "$server" $load 2>/dev/null || true; rm -f "$log"' EXIT
until url="$(grep -o 'http://127[^/ ]*' "$log" | head -n 1)" && [ -n "$url" ]; do
  kill -0 "$server" 2>/dev/null || { cat "$log" >&2; exit 1; }
  sleep 0.2
done
java="$(readlink "/proc/$server/exe")" # the JDK that the launcher found

rss() { awk '/VmRSS/ { print int($2 / 1024) }' "/proc/$server/status"; }
metric() { curl -s "$url/metrics" | awk -v name="$1" '$1 == name { printf "%d", $2 }'; }
look() {
  echo "$1: $(rss) MiB resident, $(( $(metric lyceum_heap_bytes) / 1048576 )) MiB of Java heap in use, $(metric lyceum_requests_running) running," \
    "$(metric lyceum_requests_queued) waiting, $(metric lyceum_cache_tokens) tokens cached of $(metric lyceum_cache_tokens_limit)," \
    "$(metric lyceum_http_connections) connections"
}

look "before"
"$java" "$here/Load.java" "$url" loaded "$connections" "$warm_up" > /dev/null
look "warm"

"$java" "$here/Load.java" "$url" loaded "$connections" "$seconds" &
load=$!
first=0 # the most memory in the first third
last=0
begin="$SECONDS"
while sleep 2 && kill -0 "$load" 2>/dev/null; do
  gone=$(( SECONDS - begin ))
  now="$(rss)"
  if [ "$gone" -le $(( seconds / 3 )) ] && [ "$now" -gt "$first" ]; then first="$now"; fi
  if [ "$gone" -ge $(( 2 * seconds / 3 )) ] && [ "$now" -gt "$last" ]; then last="$now"; fi
  if [ $(( gone % 20 )) -lt 2 ]; then look "after $gone s"; fi
done
wait "$load"
load=""
for _ in 1 2 3 4 5 6 7 8 9 10; do
  [ "$(metric lyceum_requests_running)" = 0 ] && break
  sleep 1
done
look "afterwards"

[ "$(metric lyceum_requests_running)" = 0 ] || { echo "a request still runs" >&2; exit 1; }
grown=$(( last - first ))
echo "the most memory: $first MiB in the first third, $last MiB in the last"
if [ "$grown" -gt $(( first / 20 )) ] && [ "$grown" -gt 16 ]; then
  echo "memory grew by $grown MiB under a steady load" >&2
  exit 1
fi
kill -TERM "$server"
wait "$server" && status=0 || status=$?
[ "$status" = 143 ] || { echo "the server ended with $status, not 143" >&2; cat "$log" >&2; exit 1; }
echo "no error but 429, memory level, nothing left over"
