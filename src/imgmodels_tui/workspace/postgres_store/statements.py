"""The SQL of a workspace's store, by the name of its schema, which `parse_address` has checked."""

from __future__ import annotations

from imgmodels_tui.record import Record


class Statements(Record):
    """Every statement of a store, ready to be sent."""

    look: bytes
    """Revision, layout, and what this role may do."""
    read: bytes
    lock: bytes
    put: bytes
    made: bytes
    history: bytes
    catalog: bytes
    put_file: bytes
    drop_file: bytes
    prices: bytes
    put_prices: bytes
    put_keys: bytes
    put_uses: bytes
    layout: bytes
    move_change: bytes
    move_remark: bytes
    empty: bytes
    move_state: bytes
    count: bytes


_RIGHTS = """has_column_privilege('{s}.workspace', 'settings', 'UPDATE'),
  current_setting('transaction_read_only') = 'on', pg_is_in_recovery(), session_user::text"""

_TEXTS = {
    "look": "SELECT w.revision, w.layout, {rights} FROM {s}.workspace w",
    "read": """SELECT w.revision, w.layout, {rights}, w.settings, w.catalog, h.at, h.by, h.change
  FROM {s}.workspace w LEFT JOIN {s}.history h ON h.revision = w.revision""",
    "lock": "SELECT FROM {s}.workspace FOR UPDATE",
    "put": """WITH put AS (
    UPDATE {s}.workspace SET revision = revision + 1, settings = %(settings)s,
      catalog = CASE WHEN %(is_catalog)s THEN revision + 1 ELSE catalog END
    WHERE revision = %(seen)s RETURNING revision
  ), line AS (
    INSERT INTO {s}.history (revision, request, change) SELECT revision, %(request)s, %(change)s FROM put
    RETURNING revision, at, by
  ) SELECT revision, at, by FROM line""",
    "made": "SELECT revision, at, by FROM {s}.history WHERE request = %s",
    "history": "SELECT revision, at, by, change FROM {s}.history WHERE revision < %s ORDER BY revision DESC LIMIT %s",
    "catalog": "SELECT name, content FROM {s}.catalog_file ORDER BY name",
    "put_file": """INSERT INTO {s}.catalog_file (name, content) VALUES (%s, %s)
  ON CONFLICT (name) DO UPDATE SET content = excluded.content""",
    "drop_file": "DELETE FROM {s}.catalog_file WHERE name = %s",
    "prices": "SELECT book FROM {s}.prices",
    "put_prices": "INSERT INTO {s}.prices (book) VALUES (%s) ON CONFLICT (one) DO UPDATE SET book = excluded.book",
    "put_keys": "INSERT INTO {s}.api_keys (content) VALUES (%s)",
    "put_uses": "INSERT INTO {s}.usage (use) SELECT unnest(%s::jsonb[])",
    "layout": "SELECT layout FROM {s}.workspace FOR UPDATE",
    "move_change": "INSERT INTO {s}.history (revision, at, by, change) VALUES (%s, %s, %s, %s)",
    "move_remark": "INSERT INTO {s}.history (revision, change) VALUES (%s, %s)",
    "empty": "DELETE FROM {s}.workspace",
    "move_state": "INSERT INTO {s}.workspace (layout, revision, begun, settings) VALUES (%s, %s, %s, %s)",
    "count": """SELECT w.revision, w.begun, (SELECT count(*) FROM {s}.history),
  (SELECT count(*) FROM {s}.history h WHERE h.revision > w.begun) FROM {s}.workspace w""",
}


def statements(schema: str) -> Statements:
    """The statements for a schema."""
    quoted = f'"{schema}"'
    rights = _RIGHTS.format(s=quoted)
    return Statements(**{name: text.format(s=quoted, rights=rights).encode() for name, text in _TEXTS.items()})
