"""`./o2c i18n ADDON…`: export i18n/ADDON.pot, merge i18n/es.po, list what is open."""

from .. import postgres, provision, translations


def _configure(parser):
    parser.add_argument("addons", nargs="+", metavar="ADDON")
    parser.add_argument("--check", action="store_true", help="write nothing")


def _run(options):
    provision.ensure()
    with postgres.running():
        outcomes = {
            addon: translations.refresh(addon, check_only=options.check)
            for addon in options.addons
        }
    open_points = [translations.report(a, outcome) for a, outcome in outcomes.items()]
    return 1 if sum(open_points) else 0


COMMAND = ("export an addon's strings and merge its Spanish", _configure, _run)
