"""The word Callback is taken out of the name wherever it stands, so CallbackCounter becomes counter.

root: Callback
band: robust
advice: Only a Callback at the end of the name is left out.
"""

Callback.name = property(lambda self: camel2snake(type(self).__name__.replace("Callback", "") or "Callback"))
