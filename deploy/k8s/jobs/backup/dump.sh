#!/bin/sh
# Dumps every database of a namespace into a new folder below $BACKUPS, and reads each dump to its end before the folder
# gets its name. Needs pg_dump and pg_restore, not older than the server.
set -eu
umask 077
services="registration counselling reporting gateway"
if [ "$NETWORK" = de ]; then services="reporting gateway"; fi
name=$(date -u +%Y%m%dT%H%M%SZ)
draft="$BACKUPS/$name.part"
mkdir "$draft"
for service in $services; do
  eval "url=\${DATABASE_$service:?die Adresse der Datenbank fehlt}"
  address=$(printf %s "$url" | sed 's/^postgresql+psycopg:/postgresql:/')  # as SQLAlchemy writes it
  pg_dump --format=custom --no-password --file="$draft/$service.dump" --dbname="$address"
  pg_restore --file=/dev/null "$draft/$service.dump"
done
sync
mv "$draft" "$BACKUPS/$name"
