"""A catalog with other prices: what an update of the program or an override brings."""

from collections.abc import Mapping
from decimal import Decimal

from imgmodels_tui.catalog import Catalog, Model


def repriced(catalog: Catalog, amounts: Mapping[str, str]) -> Catalog:
    """`catalog` with the list prices of some models replaced, in the currency they have."""
    models = {model.id: _at(model, amounts.get(model.id)) for model in catalog.models.values()}
    return catalog.replace(models=models)


def without(catalog: Catalog, *gone: str) -> Catalog:
    """`catalog` after some models left it."""
    return catalog.replace(models={key: model for key, model in catalog.models.items() if key not in gone})


def _at(model: Model, amount: str | None) -> Model:
    if amount is None or model.list_price is None:
        return model
    listed = model.list_price.replace(amount=Decimal(amount))
    return model.replace(list_price=listed)
