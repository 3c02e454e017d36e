"""Is a part of Airflow healthy: `python -m include.commands.health scheduler http://api-server:8080`.

For the containers' health checks: Airflow's own `jobs check` takes seconds of a core at every look.
"""

import sys

from include.commands.airflow_api import HEALTHY, unhealthy

if __name__ == "__main__":
    part, address = sys.argv[1:]
    if part not in HEALTHY:
        sys.exit(f"Airflow reports no part {part}. Parts: {', '.join(sorted(HEALTHY))}.")
    sys.exit(f"{part} is not healthy" if part in unhealthy(address) else 0)
