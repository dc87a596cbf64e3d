#!/bin/bash
# What the container of Odoo does: install | serve | odoo ARGUMENTS…
set -euo pipefail

: "${DB_HOST:?}" "${DB_USER:?}" "${DB_NAME:?}" "${DB_PASSWORD_FILE:?}"
HOME_OF_SUITE=${O2C_ROOT:-/opt/o2c}
DATA=${ODOO_DATA:-/var/lib/odoo}
CONFIG=${ODOO_CONFIG:-/tmp/odoo.conf}
# changes whenever the suite does; setup compares it with the installed one
FINGERPRINT_PARAMETER=o2c.installed_content

fail() {
    echo "odoo.sh: $*" >&2
    exit 1
}

[[ $DB_NAME =~ ^[A-Za-z][A-Za-z0-9_.-]*$ ]] ||
    fail "'$DB_NAME' cannot be the name of a database; set O2C_DATABASE."

secret() {
    [ -s "$1" ] || fail "the secret $1 is missing or empty; see docker/make-secrets.sh."
    tr -d '\n' <"$1"
}

write_config() {
    local db_password master_password
    db_password=$(secret "$DB_PASSWORD_FILE")
    master_password=$(secret "${MASTER_PASSWORD_FILE:?}")
    (
        umask 077
        cat >"$CONFIG" <<END
[options]
db_host = $DB_HOST
db_port = ${DB_PORT:-5432}
db_user = $DB_USER
db_password = $db_password
dbfilter = ^${DB_NAME//./\\.}\$
list_db = False
admin_passwd = $master_password
addons_path = $HOME_OF_SUITE/addons
data_dir = $DATA
proxy_mode = True
workers = ${WORKERS:-4}
max_cron_threads = ${CRON_THREADS:-2}
limit_time_cpu = 300
limit_time_real = 600
END
        if [ -n "${DB_REPLICA_HOST:-}" ]; then
            echo "db_replica_host = $DB_REPLICA_HOST" >>"$CONFIG"
        fi
    )
    export PGPASSWORD=$db_password ODOO_RC=$CONFIG
}

wait_for_database() {
    local left=${WAIT_SECONDS:-60}
    until pg_isready -q -h "$DB_HOST" -p "${DB_PORT:-5432}" -U "$DB_USER"; do
        [ "$left" -gt 0 ] || fail "PostgreSQL at $DB_HOST does not answer."
        left=$((left - 1))
        sleep 1
    done
}

sql() {
    psql -qAtX -v ON_ERROR_STOP=1 -h "$DB_HOST" -p "${DB_PORT:-5432}" \
        -U "$DB_USER" -d "$1" -c "$2"
}

run_odoo() {
    odoo "$@" --database "$DB_NAME" --no-http --stop-after-init
}

run_shell() {
    odoo shell --database "$DB_NAME" --no-http --log-level=warn
}

suite_addons() {
    find "$HOME_OF_SUITE/addons" -mindepth 2 -maxdepth 2 -name __manifest__.py \
        ! -path '*_demo/*' -printf '%h\n' | xargs -n 1 basename | sort | paste -sd ,
}

content() {
    find "$HOME_OF_SUITE/addons" -type f ! -path '*/__pycache__/*' -print0 |
        sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-16
}

has_base() {
    local found
    found=$(sql postgres "SELECT 1 FROM pg_database WHERE datname = '$DB_NAME'")
    [ -n "$found" ] || return 1
    found=$(sql "$DB_NAME" "SELECT to_regclass('ir_module_module')")
    [ -n "$found" ] || return 1
    found=$(sql "$DB_NAME" "SELECT 1 FROM ir_module_module
        WHERE name = 'base' AND state = 'installed'")
    [ -n "$found" ]
}

installed_content() {
    sql "$DB_NAME" "SELECT value FROM ir_config_parameter
        WHERE key = '$FINGERPRINT_PARAMETER'"
}

# Each step can be repeated: a first installation that was interrupted goes on.
install() {
    local addons wanted present
    addons=$(suite_addons)
    wanted=$(content)
    if ! has_base; then
        echo "odoo.sh: preparing the database $DB_NAME"
        run_odoo -i base --without-demo=True
    fi
    present=$(installed_content)
    if [ "$present" = "$wanted" ]; then
        echo "odoo.sh: the suite is up to date"
        return
    fi
    if [ -z "$present" ]; then
        echo "odoo.sh: installing $addons"
        # the chart of accounts follows the country that the company has by then
        PYTHONPATH=$HOME_OF_SUITE/tools python3 -c \
            'from o2c_cli.database import ECUADOR_FIRST; print(ECUADOR_FIRST)' |
            run_shell
        run_odoo -i "$addons" --load-language=es_EC --without-demo=True
        set_admin_password
    else
        echo "odoo.sh: upgrading $addons"
        run_odoo -i "$addons" -u "$addons" --without-demo=True
    fi
    run_shell <<END
env["ir.config_parameter"].set_param("$FINGERPRINT_PARAMETER", "$wanted")
env.cr.commit()
END
}

set_admin_password() {
    secret "${ADMIN_PASSWORD_FILE:?}" >/dev/null
    run_shell <<'END'
import os
with open(os.environ["ADMIN_PASSWORD_FILE"]) as file:
    env.ref("base.user_admin").password = file.read().strip()
env.cr.commit()
END
}

serve() {
    has_base && [ -n "$(installed_content)" ] ||
        fail "the database $DB_NAME is not installed; run the service setup first."
    exec odoo --database "$DB_NAME" --http-interface=0.0.0.0
}

case "${1:-serve}" in
install | serve)
    write_config
    wait_for_database
    "${1:-serve}"
    ;;
odoo)
    # such as: odoo db dump o2c /var/lib/odoo/o2c.zip
    write_config
    exec "$@"
    ;;
*) fail "unknown command $1; say install, serve or odoo." ;;
esac
