#!/usr/bin/env bash
# Creates a user and waits until that has ended: examples/curl.sh '{"name":"alice"}' http://localhost:3000
# Shows the operation; ends with 0 when it was completed, 1 when it has failed, 2 when the request was refused or nobody
# could take it.
set -euo pipefail
user=${1:-'{"name":"alice"}'}
api=${2:-http://localhost:3000}
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# Repeats after 408, 429, 503 and a broken connection, after as long as Retry-After says.
ask() { curl --silent --show-error --retry 10 --retry-all-errors --retry-max-time 60 --output "$answer" --write-out '%{http_code}' "$@"; }

# Made once: however often the request is repeated, it is one user.
key=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
status=$(ask "$api/users" --header 'Content-Type: application/json' --data "$user" \
  --header "Idempotency-Key: \"$key\"" --header 'Prefer: wait=5')

# Not ended yet; $api/operations/$id/events would tell it as Server-Sent Events.
id=$(sed -E 's/^\{"id":"([^"]+)".*/\1/' "$answer")
while [[ $status == 20? ]] && grep -q '"state":"pending"' "$answer"; do
  status=$(ask "$api/operations/$id" --header 'Prefer: wait=30')
done

case $status in
  20?) cat "$answer"; echo; grep -q '"state":"completed"' "$answer" ;;
  400 | 413 | 415) echo "Wrong, and wrong again if repeated: $(<"$answer")" >&2; exit 2 ;;
  422) echo "This key came with another user before: $(<"$answer")" >&2; exit 2 ;;
  *) echo "Nobody can take it now ($status): $(<"$answer")" >&2; exit 2 ;;
esac
