"""Which image generation models exist, and what is known of them."""

from imgmodels_tui.catalog.loader import CatalogError, load_catalog
from imgmodels_tui.catalog.records import Catalog, Host, Maker, Model, Note, Region, Source, UseCase

__all__ = ["Catalog", "CatalogError", "Host", "Maker", "Model", "Note", "Region", "Source", "UseCase", "load_catalog"]
