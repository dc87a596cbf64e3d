#!/bin/sh
# make-secrets.sh FOLDER: passwords and the key of certificates, made at random.
set -eu

folder=${1:?"the folder for the secrets, such as ./secrets"}

random() {
    head -c 24 /dev/urandom | base64 | tr '+/' '-_'
}

if [ -e "$folder" ]; then
    echo "make-secrets: $folder is there already; nothing was changed." >&2
    echo "Another key would make the stored certificates unreadable." >&2
    exit 1
fi
umask 077
making="$folder.making"
rm -rf "$making"
mkdir -p "$making"
for name in db_password master_password admin_password; do
    random >"$making/$name"
done
# as cryptography.fernet wants it: 32 bytes, base64 for addresses
head -c 32 /dev/urandom | base64 | tr '+/' '-_' >"$making/o2c_key"
# Compose shows each file to its container as it is; the accounts in there are not
# ours. The folder keeps everybody else out.
chmod 444 "$making"/*
mv "$making" "$folder"
echo "Secrets are in $folder; the password of the user admin is in"
echo "$folder/admin_password. Keep a copy of o2c_key apart from the backups."
