"""Files into the browser and out of it: the folders Uploads and Downloads, and the transfers to and from
pages.

Knows neither media nor desktop; nothing outside its two folders is ever opened.
"""
