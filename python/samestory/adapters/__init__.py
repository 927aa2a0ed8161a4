"""Steps for other people's pipelines, each in a module of its own that needs their package.

``samestory.adapters.datatrove`` has :class:`~samestory.adapters.datatrove.Deduplicate`, a step of a datatrove pipeline.
"""
