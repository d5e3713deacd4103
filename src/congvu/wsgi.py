"""The web process's entrance (granian, or any WSGI server)."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "congvu.settings")
application = get_wsgi_application()

# What was loaded so far stays for the life of the process: the collector need not look at it again
# (a tenth of a page's work), and a page's own objects mostly vanish without it.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
