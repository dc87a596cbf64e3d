"""Databases: prepared templates, quick clones, and their removal."""

import os
import re
import shutil

from . import odoo_server, odoo_source, postgres, project
from .system import check_output, file_lock
from .ui import Problem, say, task

NAME = re.compile(r"^[a-zA-Z][a-zA-Z0-9_.-]{0,50}$")
MAKING = "_making"  # ends the name of a database that is not finished
POSTGRES_OWN = ("postgres", "template0", "template1")

# What the suite's addons stand on; installed once, cloned for every test run.
CORE_MODULES = (
    "account_debit_note",
    "auth_totp_portal",
    "l10n_ec_sale",
    "l10n_ec_stock",
    "mail",
    "phone_validation",
    "portal",
    "product_expiry",
    "purchase_stock",
    "sale_management",
    "sale_margin",
    "sale_stock",
    "sale_stock_margin",
    "sale_purchase",
    "spreadsheet_dashboard",
    "stock_account",
    "stock_delivery",
)
# Odoo picks the chart of accounts by the company's country when `account` arrives.
ECUADOR_FIRST = """
env.company.write({
    "country_id": env.ref("base.ec").id,
    "currency_id": env.ref("base.USD").id,
})
env.cr.commit()
"""
# What the browser gets is made once here, not by every test that opens a page. Odoo's
# own `_pregenerate_assets_bundles` takes three times as long: unit tests, dark mode.
ASSETS = """
for name in (
    "web.assets_web",
    "web.assets_web_print",
    "web.assets_frontend",
    "web.assets_frontend_minimal",
    "web.assets_frontend_lazy",
    "web.assets_tests",
    "web.report_assets_common",
):
    bundle = env["ir.qweb"]._get_asset_bundle(name, css=True, js=True)
    bundle.js()
    bundle.css()
env.cr.commit()
"""
LANGUAGE = "es_EC"
CORE = "template_core"
SUITE = "template_suite"
DEMO = "template_demo"


def check_name(name):
    if not NAME.match(name or ""):
        raise Problem(
            f"'{name}' cannot be the name of a database.",
            "Use letters, digits, dot, dash and underscore, a letter first.",
        )
    if name in POSTGRES_OWN:
        raise Problem(f"The database {name} is PostgreSQL's own.", "Use another name.")


def check_new_name(name):
    """Refuse for a new database what the tools' own are called like."""
    check_name(name)
    if name.startswith("template_") or name.endswith(MAKING):
        raise Problem(
            f"{name} is a name of what databases are copied from.",
            f"Use one that neither begins with template_ nor ends with {MAKING}.",
        )


def check_usable(name):
    """Refuse a database that is missing, no Odoo's, or of another version.

    :param str name: a name that `check_name` let pass
    """
    if not exists(name):
        raise Problem(
            f"There is no database {name}.", f"./o2c db create {name} makes it."
        )
    table = postgres.sql("SELECT to_regclass('ir_module_module')", database=name)
    if not table:
        raise Problem(
            f"The database {name} is not an Odoo database.", "Check its name."
        )
    version = postgres.sql(
        "SELECT latest_version FROM ir_module_module WHERE name = 'base'", database=name
    )
    if not version.startswith(f"{odoo_source.SERIES}."):
        raise Problem(
            f"The database {name} is of Odoo {version or 'unknown'}; "
            f"this suite runs on {odoo_source.SERIES} only.",
            "Upgrade it with Odoo's own service first, or choose another.",
        )


def exists(name):
    return bool(postgres.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def drop(name):
    """Remove a database with its files; no error when there is none."""
    postgres.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(project.DATA / "filestore" / name, ignore_errors=True)


def rename(name, new_name):
    """Give a finished database its name; until then nobody takes it for finished."""
    drop(new_name)
    files = project.DATA / "filestore"
    # the name comes last: whoever finds it finds the files too
    if (files / name).exists():
        (files / name).rename(files / new_name)
    postgres.sql(f'ALTER DATABASE "{name}" RENAME TO "{new_name}"')


def clone(source, name, *, origin=""):
    """Copy a database and its files in a few seconds; killed half-way, it has no name.

    :param str origin: what makes the copy, for `origin_of`
    """
    making = f"{name}{MAKING}"
    for old in (name, making):
        drop(old)
    with _preparing(source):
        postgres.sql(
            f'CREATE DATABASE "{making}" TEMPLATE "{source}" STRATEGY file_copy'
        )
        _copy_files(source, making)
    if origin:
        postgres.sql(f"COMMENT ON DATABASE \"{making}\" IS '{origin}'")
    rename(making, name)


def origin_of(name):
    """What made a database, as it said then: it goes with the database."""
    return postgres.sql(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
        f" WHERE datname = '{name}'"
    )


def _copy_files(source, name):
    files = project.DATA / "filestore"
    if not (files / source).exists():
        return
    try:
        # Odoo names a file after its content and never writes into it again
        shutil.copytree(files / source, files / name, copy_function=os.link)
    except shutil.Error as error:
        # it collects what went wrong with each file: (from, to, why)
        reason = str(error.args[0][0][2])
        check_output(reason)
        raise Problem(
            f"The files of {source} could not be copied: {reason}.",
            f"Are those in {files / source} still yours?",
        ) from error


def _preparing(template):
    """Nobody replaces a template while somebody copies it."""
    return file_lock(
        project.RUN / f"{template}.lock",
        message=f"waiting for {template}, which is being prepared or copied",
    )


def _stamp(name):
    return project.DATA / f"{name}.stamp"


def content_of(name):
    """Digest of everything that went into a template."""
    return _stamp(name).read_text()


def template(name, content, build):
    """Make a template database once for each state of what it is made from.

    :param str name: what it is called and then cloned by
    :param str content: digest of everything that goes into the template
    :param build: function that fills the database whose name it gets
    """
    with _preparing(name):
        stamp = _stamp(name)
        if stamp.exists() and stamp.read_text() == content and exists(name):
            return name
        making = f"{name}{MAKING}"
        drop(making)
        build(making)
        rename(making, name)
        stamp.write_text(content)
    return name


def core_template():
    """Odoo with the core modules that the addons stand on, and an Ecuadorian chart."""
    recipe = repr((CORE_MODULES, ECUADOR_FIRST, ASSETS, LANGUAGE, odoo_source.build()))
    content = project.content_hash([project.ROOT / "requirements.txt"], recipe)

    def build(name):
        with task("preparing a database with Odoo's own modules (once)"):
            # once: later modules bring the terms of the languages that are there
            odoo_server.install(name, ["base"], extra=[f"--load-language={LANGUAGE}"])
            odoo_server.shell(name, ECUADOR_FIRST)
            odoo_server.install(name, CORE_MODULES)
            odoo_server.shell(name, ASSETS)

    return template(CORE, content, build)


def addon_template(addon):
    """One addon of the suite alone, with what it depends on; its tests don't count."""
    core = core_template()
    folders = [project.ADDONS / a for a in project.suite_dependencies(addon)]
    content = project.content_hash(folders, without=("tests",))

    def build(name):
        clone(core, name)
        odoo_server.install(name, [addon])
        odoo_server.shell(name, ASSETS)

    return template(f"template_{addon}", f"{content_of(CORE)} {content}", build)


def suite_template():
    """All addons of the suite installed, without demo data."""
    core = core_template()
    addons, _demo = _product_and_demo()

    def build(name):
        with task("installing the suite"):
            clone(core, name)
            odoo_server.install(name, addons)
            odoo_server.shell(name, ASSETS)

    return template(SUITE, _content(addons), build)


def demo_template():
    """The suite with the demo wholesaler and his twelve months of history."""
    suite = suite_template()
    product, demo = _product_and_demo()

    def build(name):
        with task("building the demo wholesaler: companies, goods, a year of history"):
            clone(suite, name)
            odoo_server.install(name, demo)

    return template(DEMO, _content(product + demo), build)


def prepare():
    """Make every template, in the order in which a whole test run asks for them."""
    for addon in project.tested_addons():
        addon_template(addon)
    demo_template()


def _product_and_demo():
    """The addons that people use, and those that only fill a demo database."""
    addons = project.suite_addons()
    demo = [a for a in addons if a.endswith("_demo")]
    return [a for a in addons if a not in demo], demo


def _content(addons):
    folders = [project.ADDONS / a for a in addons]
    return f"{content_of(CORE)} {project.content_hash(folders)}"


def create(name, *, demo=False):
    """A database with all addons, on the Ecuadorian chart.

    :param bool demo: with the demo wholesaler
    """
    check_new_name(name)
    if exists(name):
        raise Problem(
            f"There is already a database {name}.", f"./o2c db drop {name} removes it."
        )
    clone(demo_template() if demo else suite_template(), name)
    say(f"database {name} is ready: ./o2c serve --database {name}")
