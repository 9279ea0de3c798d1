"""Who may read the audit."""

from linli.kernel.permissions import declare

READ = declare("audit.read", "查阅审计记录")
