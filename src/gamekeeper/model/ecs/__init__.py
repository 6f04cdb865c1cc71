"""The Elastic Common Schema as a declared view of our datasets: ``content/mappings/ecs.yml`` made to work.

``columns`` reads batches, ``sql`` says the same in SQL; ``mapping`` holds what is declared, ``forms`` the
forms that values take. No value is stored twice.
"""

from gamekeeper.model.ecs.columns import ecs_columns
from gamekeeper.model.ecs.mapping import ecs_fields
from gamekeeper.model.ecs.sql import ecs_sql, ecs_view_sql

__all__ = ["ecs_columns", "ecs_fields", "ecs_sql", "ecs_view_sql"]
