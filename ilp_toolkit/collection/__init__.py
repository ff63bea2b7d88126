"""Collection: tables in, and what was rejected. Nothing that a file held is lost on the way."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submodules=[
        *("calls", "links"),
        *(
            "countries",
            "forms",
            "interviews",
            "offences",
            "places",
            "pseudonyms",
            "readers",
            "reports",
            "schema",
        ),
        *("seizures", "units"),
        *("listings", "quantities", "substances"),
    ],
)
