#!/bin/sh
# Makes a backup of the data folder in KINDRED_DATA, restores it aside, checks it, and keeps the newest of them.
# Usage: backup.sh FOLDER [HOW-MANY]. A backup that cannot be restored is left as *.bad, and the status is not 0.
set -eu
folder=${1:?usage: backup.sh FOLDER [HOW-MANY]}
keep=${2:-14}
kindred=${KINDRED:-kindred}
case $keep in '' | *[!0-9]* | 0) echo "backup.sh: HOW-MANY is $keep: want a number from 1 on" >&2; exit 2 ;; esac

umask 077
mkdir -p "$folder"
file=$folder/kindred-$(date -u +%Y%m%dT%H%M%SZ).tar.zst
aside=$folder/.rehearsal.$$
trap 'rm -rf "$aside"' EXIT
"$kindred" backup --out "$file"
if ! { "$kindred" --data "$aside" restore "$file" && "$kindred" --data "$aside" check; }; then
	mv "$file" "$file.bad"
	echo "backup.sh: $file.bad cannot be restored" >&2
	exit 1
fi
ls -1 "$folder" | grep -E '^kindred-[0-9]{8}T[0-9]{6}Z\.tar\.zst$' | sort -r | tail -n "+$((keep + 1))" | while read -r old; do
	rm -f -- "$folder/$old"
done
