"""The commands: name -> (help, function that adds arguments, function that runs)."""

from . import bench, db, demo, doctor, i18n, lint, serve, shell, sri, test

TABLE = {
    "demo": demo.COMMAND,
    "test": test.COMMAND,
    "serve": serve.COMMAND,
    "db": db.COMMAND,
    "shell": shell.COMMAND,
    "sri": sri.COMMAND,
    "bench": bench.COMMAND,
    "lint": lint.COMMAND,
    "i18n": i18n.COMMAND,
    "doctor": doctor.COMMAND,
}
