"""The Vega-Lite bundle that charts need: made once by vl-convert, which takes seconds, then kept in the cache."""

from __future__ import annotations

from importlib.metadata import version

from qunjian.model.cache import keep, kept


def bundle() -> str:
    """Return the script that defines `vegaEmbed`, safe to stand inside a script element."""
    name = bundle_name()
    if (found := kept(name)) is not None:
        return found.decode()
    import vl_convert  # loading and starting its engine is the slow part this cache avoids

    made = vl_convert.javascript_bundle(_SNIPPET).replace("</script", "<\\/script").replace("<!--", "<\\!--")
    keep(name, made.encode())
    return made


def bundle_name() -> str:
    """Return the name the bundle is kept under; it changes when the bundle does."""
    return f"vega-{version('vl-convert-python')}.js"


_SNIPPET = "window.vegaEmbed = vegaEmbed;"
