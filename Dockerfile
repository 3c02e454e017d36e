# The image of every Airflow container: Python 3.12 and exactly the packages of uv.lock.
FROM python:3.12-slim

RUN pip install --no-cache-dir uv==0.13.9 \
 && useradd --system --uid 10001 --home-dir /var/lib/permanence/state permanence \
 && install --directory --owner permanence --mode 0700 \
    /var/lib/permanence/state /var/lib/permanence/drop /var/lib/permanence/archive

WORKDIR /opt/permanence
COPY pyproject.toml uv.lock .python-version ./
RUN UV_PYTHON_DOWNLOADS=never uv sync --frozen --no-dev --no-cache --compile-bytecode

COPY include include
COPY dags dags
COPY dbt_project dbt_project
COPY expectations expectations

ENV PATH=/opt/permanence/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PERMANENCE_LOCAL_FOLDER=/var/lib/permanence/state \
    PERMANENCE_DROP_FOLDER=/var/lib/permanence/drop \
    PERMANENCE_ARCHIVE_FOLDER=/var/lib/permanence/archive
USER permanence
ENTRYPOINT ["python", "-m", "include.commands.airflow_environment"]
CMD ["version"]
