"""How functions run: AWS's own runtime client, one process per concurrent invocation."""
