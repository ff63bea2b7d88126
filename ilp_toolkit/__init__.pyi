from .analysis import bias as bias
from .analysis import change as change
from .analysis import concentration as concentration
from .analysis import forecasts as forecasts
from .analysis import grids as grids
from .analysis import hotspots as hotspots
from .analysis import linkage as linkage
from .analysis import near_repeat as near_repeat
from .analysis import patterns as patterns
from .analysis import points as points
from .analysis import significance as significance
from .analysis import similarity as similarity
from .analysis import streets as streets
from .choices import explain as explain
from .collation import entities as entities
from .collection import offences as offences
from .collection import places as places
from .collection import reports as reports
from .collection.readers import read_incidents as read_incidents
from .collection.reports import read_reports as read_reports
from .collection.schema import Intake as Intake
from .evaluation import grades as grades
from .evaluation import handling as handling
from .views import charts as charts
from .views import maps as maps
from .views.screen import in_words as in_words

__version__: str
