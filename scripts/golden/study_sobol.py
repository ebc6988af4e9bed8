"""Records points of scipy's Sobol sequence, not scrambled: test/study/sobol.json.

    pip install scipy==1.17.1 && python scripts/golden/study_sobol.py > test/study/sobol.json

Coordinates are multiples of 2^-30 there, and are written as such.
"""

import json

import scipy
from scipy.stats import qmc

sampler = qmc.Sobol(64, scramble=False, bits=30)
points = (sampler.random(1024) * 2**30).astype(int)
rows = {str(index): points[index].tolist() for index in (0, 1, 2, 3, 5, 100, 511, 1023)}
print(json.dumps({"scipy": scipy.__version__, "points": rows}).replace('], "', '],\n"'))
