"""`guard policy schema` prints the schema and nothing else."""

import json

from guard.authoring.schema import policy_schema
from guard.cli.main import main


def test_the_schema_is_printed(capsys):
    assert main(["policy", "schema"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out) == policy_schema()
    assert printed.err == ""
